//! Resource configurations of type ARN: what they lead to, the children that Lattice keeps in step with the
//! database, and how endpoints show them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    reason = "a test that panics fails, and each test binary uses its own part of the client"
)]

mod support;

use serde_json::{Value, json};
use support::shared_db::{CONFIGURATIONS, SharedDb};
use support::stage::{ZONES, network};
use support::{OWNER, calm, doubting, pass};

fn domains(children: &[Value]) -> Vec<String> {
    let name = |child: &Value| child["customDomainName"].as_str().unwrap().to_owned();
    let mut names: Vec<_> = children.iter().map(name).collect();
    names.sort();
    names
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[tokio::test(start_paused = true)]
async fn lattice_makes_a_child_for_each_name_of_the_database() {
    let shared = SharedDb::new(&calm()).await;
    let made = shared
        .lattice("POST", CONFIGURATIONS, shared.by_arn())
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body.get("protocol"), None);
    pass(60).await;
    let uri = format!("{CONFIGURATIONS}/{}", made.text("id"));
    let parent = shared.lattice("GET", &uri, Value::Null).await;
    assert_eq!(parent.text("status"), "ACTIVE");
    assert_eq!(parent.body["amazonManaged"], json!(false));
    let target = &parent.body["resourceConfigurationDefinition"]["arnResource"]["arn"];
    assert_eq!(*target, json!(shared.cluster));
    let children = shared.children(&made.text("arn")).await;
    assert_eq!(domains(&children), sorted(shared.names().await));
    for child in &children {
        assert_eq!(child["amazonManaged"], json!(true));
        assert_eq!(child["type"], "CHILD");
        assert_eq!(
            child["resourceConfigurationGroupId"],
            json!(made.text("id"))
        );
        let uri = format!("{CONFIGURATIONS}/{}", child["id"].as_str().unwrap());
        let full = shared.lattice("GET", &uri, Value::Null).await;
        assert_eq!(full.body["portRanges"], json!(["5432"]));
        assert_eq!(full.text("status"), "ACTIVE");
        assert_eq!(full.text("resourceGatewayId"), shared.gateway);
        let name = &full.body["resourceConfigurationDefinition"]["dnsResource"]["domainName"];
        assert_eq!(*name, child["customDomainName"]);
        for (method, body) in [
            ("PATCH", json!({ "portRanges": ["1"] })),
            ("DELETE", Value::Null),
        ] {
            let said = shared.lattice(method, &uri, body).await;
            assert_eq!(
                said.error.as_deref(),
                Some("ValidationException"),
                "{method}"
            );
        }
    }
    let objects = shared.owner.simulator.objects();
    let managed = objects
        .iter()
        .filter(|it| it.created_by.access_key == "amazon");
    let managed = managed.filter(|it| it.kind == "resource-configuration");
    assert_eq!(managed.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn children_come_and_go_with_the_instances() {
    let shared = SharedDb::new(&calm()).await;
    let configuration = shared.configure(shared.by_arn()).await;
    shared.owner.member("orders", "orders-3").await;
    pass(60).await;
    let children = shared.children(&configuration).await;
    assert_eq!(children.len(), 5);
    assert_eq!(domains(&children), sorted(shared.names().await));
    for name in ["orders-1", "orders-3"] {
        let gone = [("DBInstanceIdentifier", name)];
        shared.owner.rds_ok("DeleteDBInstance", &gone).await;
    }
    for _ in 0..2 {
        pass(400).await;
        shared.owner.ok("DescribeVpcs", &[]).await;
    }
    let children = shared.children(&configuration).await;
    assert_eq!(children.len(), 3);
    assert_eq!(domains(&children), sorted(shared.names().await));
}

#[tokio::test(start_paused = true)]
async fn an_instance_of_its_own_has_one_child() {
    let shared = SharedDb::new(&calm()).await;
    let alone = [
        ("DBInstanceIdentifier", "alone"),
        ("DBInstanceClass", "db.t4g.small"),
        ("Engine", "mysql"),
        ("AllocatedStorage", "20"),
        ("MasterUsername", "admin1"),
        ("MasterUserPassword", "not-a-secret"),
        ("DBSubnetGroupName", "orders"),
        ("PubliclyAccessible", "false"),
    ];
    let made = shared.owner.rds_ok("CreateDBInstance", &alone).await;
    let mut asked = shared.by_arn();
    asked["resourceConfigurationDefinition"]["arnResource"]["arn"] =
        json!(made.text("DBInstanceArn"));
    let configuration = shared.configure(asked).await;
    assert!(
        shared.children(&configuration).await.is_empty(),
        "it is being created"
    );
    for _ in 0..2 {
        pass(600).await;
        shared.owner.ok("DescribeVpcs", &[]).await;
    }
    let [child] = shared.children(&configuration).await.try_into().unwrap();
    let name = child["customDomainName"].as_str().unwrap();
    assert!(name.starts_with("alone.c"), "{name}");
}

/// A cluster in another VPC of the owner's.
async fn foreign_cluster(shared: &SharedDb) -> String {
    let elsewhere = network(&shared.owner, "10.3", &ZONES).await;
    shared.owner.subnet_group("elsewhere", &elsewhere).await;
    let group = shared.owner.group(&elsewhere.vpc_id, "elsewhere").await;
    shared.owner.cluster("foreign", "elsewhere", &group).await
}

/// A gateway that looks names up in its VPC.
async fn in_vpc_gateway(shared: &SharedDb) -> String {
    let asked = json!({
        "name": "in-vpc", "vpcIdentifier": shared.owner_network.vpc_id,
        "subnetIds": shared.owner_network.subnet_ids, "resourceConfigDnsResolution": "IN_VPC",
    });
    let made = shared.lattice("POST", "/resourcegateways", asked).await;
    pass(60).await;
    made.text("id")
}

#[tokio::test(start_paused = true)]
async fn what_type_arn_does_not_take_is_refused() {
    let shared = SharedDb::new(&calm()).await;
    let foreign = foreign_cluster(&shared).await;
    let in_vpc = in_vpc_gateway(&shared).await;
    let arn = |text: String| json!({ "arnResource": { "arn": text } });
    let definition = "resourceConfigurationDefinition";
    let dns = json!({ "dnsResource": { "domainName": "db.example.com" } });
    let cases = [
        (
            "portRanges",
            json!(["5432"]),
            "Unexpected attribute portRanges for type ARN",
        ),
        (
            "protocol",
            json!("TCP"),
            "Unexpected attribute protocol for type ARN",
        ),
        (
            "customDomainName",
            json!("db.example.com"),
            "Unexpected attribute customDomainName for type ARN",
        ),
        (definition, dns, "The definition is not one of type ARN"),
        (
            "type",
            json!("SINGLE"),
            "The definition is not one of type SINGLE",
        ),
        (
            definition,
            arn("arn:aws:s3:::orders-of-some".to_owned()),
            "is no ARN of a supported",
        ),
        (
            definition,
            arn(format!("arn:aws:rds:eu-west-1:{OWNER}:cluster:orders")),
            "is not of this account and region",
        ),
        (
            definition,
            arn(format!("arn:aws:rds:us-east-1:{OWNER}:db-proxy:prx-1")),
            "is neither a database cluster nor a database instance",
        ),
        (
            definition,
            arn(format!("arn:aws:rds:us-east-1:{OWNER}:cluster:nobody")),
            "does not exist",
        ),
        (definition, arn(foreign), "and the resource gateway in"),
        ("resourceGatewayIdentifier", json!(in_vpc), "IN_VPC"),
    ];
    for (member, value, text) in cases {
        let mut asked = shared.by_arn();
        asked[member] = value;
        let said = shared.lattice("POST", CONFIGURATIONS, asked).await;
        assert_eq!(
            (said.status, said.error.as_deref()),
            (400, Some("ValidationException"))
        );
        assert!(said.text("message").contains(text), "{text}: {said:?}");
    }
}

/// The owner's VPC gets what a public database needs, and the cluster a public member.
async fn publish(shared: &SharedDb) {
    let (owner, vpc) = (&shared.owner, shared.owner_network.vpc_id.as_str());
    let names = [("VpcId", vpc), ("EnableDnsHostnames.Value", "true")];
    owner.ok("ModifyVpcAttribute", &names).await;
    let gateway = owner
        .ok("CreateInternetGateway", &[])
        .await
        .text("internetGatewayId");
    let attached = [("VpcId", vpc), ("InternetGatewayId", gateway.as_str())];
    owner.ok("AttachInternetGateway", &attached).await;
    let public = [
        ("DBInstanceIdentifier", "open"),
        ("DBClusterIdentifier", "orders"),
        ("DBInstanceClass", "db.r6g.large"),
        ("Engine", "aurora-postgresql"),
    ];
    let made = owner.rds_ok("CreateDBInstance", &public).await;
    assert_eq!(made.text("PubliclyAccessible"), "true", "the VPC is open");
}

#[tokio::test(start_paused = true)]
async fn whether_a_public_database_is_refused_at_once_or_fails_later_is_a_doubt() {
    let shared = SharedDb::new(&calm()).await;
    publish(&shared).await;
    let said = shared
        .lattice("POST", CONFIGURATIONS, shared.by_arn())
        .await;
    assert!(
        said.text("message").contains("is publicly accessible"),
        "{said:?}"
    );
    let shared = SharedDb::new(&doubting("arn-problems", "create-failed")).await;
    publish(&shared).await;
    let made = shared
        .lattice("POST", CONFIGURATIONS, shared.by_arn())
        .await;
    assert_eq!(made.text("status"), "CREATE_IN_PROGRESS");
    pass(60).await;
    let uri = format!("{CONFIGURATIONS}/{}", made.text("id"));
    let seen = shared.lattice("GET", &uri, Value::Null).await;
    assert_eq!(seen.text("status"), "CREATE_FAILED");
    assert!(
        seen.text("failureReason")
            .contains("is publicly accessible")
    );
    assert!(shared.children(&made.text("arn")).await.is_empty());
    assert_eq!(
        shared.lattice("DELETE", &uri, Value::Null).await.status,
        204
    );
}

#[tokio::test(start_paused = true)]
async fn only_the_flag_can_be_changed_and_the_children_go_along() {
    let shared = SharedDb::new(&calm()).await;
    let configuration = shared.configure(shared.by_arn()).await;
    let uri = format!(
        "{CONFIGURATIONS}/{}",
        configuration.rsplit('/').next().unwrap()
    );
    let other = format!("arn:aws:rds:us-east-1:{OWNER}:db:orders-1");
    let target = json!({ "arnResource": { "arn": other } });
    let change = json!({ "resourceConfigurationDefinition": target });
    let said = shared.lattice("PATCH", &uri, change).await;
    assert_eq!(
        said.text("message"),
        "cannot modify resource configuration DNS or ARN"
    );
    let said = shared
        .lattice("PATCH", &uri, json!({ "portRanges": ["5432"] }))
        .await;
    assert_eq!(said.error.as_deref(), Some("ValidationException"));
    let change = json!({ "allowAssociationToShareableServiceNetwork": false });
    let said = shared.lattice("PATCH", &uri, change).await;
    assert_eq!(said.text("status"), "UPDATE_IN_PROGRESS");
    pass(30).await;
    let gateway = format!("/resourcegateways/{}", shared.gateway);
    let said = shared.lattice("DELETE", &gateway, Value::Null).await;
    assert_eq!(said.status, 409);
    assert_eq!(
        shared.lattice("DELETE", &uri, Value::Null).await.status,
        204
    );
    pass(60).await;
    assert!(shared.children(&configuration).await.is_empty());
    let said = shared.lattice("DELETE", &gateway, Value::Null).await;
    assert_eq!(said.text("status"), "DELETE_IN_PROGRESS");
}

/// A configuration of the cluster's ARN, and an endpoint to it.
async fn connected() -> (SharedDb, String, String) {
    let shared = SharedDb::new(&calm()).await;
    let configuration = shared.configure(shared.by_arn()).await;
    shared.share(&configuration).await;
    let private = [("PrivateDnsEnabled", "true")];
    let endpoint = shared.connect(&configuration, &private).await;
    (shared, configuration, endpoint)
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_has_a_row_for_each_child() {
    let (shared, configuration, endpoint) = connected().await;
    let by_id = [("VpcEndpointId.1", endpoint.as_str())];
    let said = shared
        .consumer
        .ok("DescribeVpcEndpointAssociations", &by_id)
        .await;
    let children = shared.children(&configuration).await;
    let ids: Vec<String> = children
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(said.texts("vpcEndpointId"), vec![endpoint.clone(); 4]);
    let resources = said.texts("associatedResourceArn");
    let mut reached: Vec<_> = resources
        .iter()
        .map(|arn| arn.rsplit('/').next().unwrap())
        .collect();
    reached.sort_unstable();
    assert_eq!(reached, ids);
    assert_eq!(
        said.texts("resourceConfigurationGroupArn"),
        vec![configuration.clone(); 4]
    );
    let names = said.texts("dnsName");
    let private: Vec<_> = names
        .iter()
        .filter(|it| it.ends_with(".rds.amazonaws.com"))
        .collect();
    assert_eq!(private.len(), 4, "{names:?}");
    let own = format!(
        "{endpoint}.{}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws",
        ids[0]
    );
    assert!(names.contains(&own), "{names:?}");
    let mut rows = said.texts("id");
    rows.dedup();
    assert_eq!(rows.len(), 4);
    let one = [
        ("Filter.1.Name", "associated-resource-id"),
        ("Filter.1.Value.1", ids[2].as_str()),
    ];
    let said = shared
        .consumer
        .ok("DescribeVpcEndpointAssociations", &one)
        .await;
    assert_eq!(said.texts("id").len(), 1);
    let all = [
        ("Filter.1.Name", "resource-configuration-group-arn"),
        ("Filter.1.Value.1", configuration.as_str()),
    ];
    let said = shared
        .consumer
        .ok("DescribeVpcEndpointAssociations", &all)
        .await;
    assert_eq!(said.texts("id").len(), 4);
}

#[tokio::test(start_paused = true)]
async fn rows_follow_the_children_and_hold_the_configuration() {
    let (shared, configuration, endpoint) = connected().await;
    let by_id = [("VpcEndpointId.1", endpoint.as_str())];
    shared.owner.member("orders", "orders-3").await;
    pass(60).await;
    let said = shared
        .consumer
        .ok("DescribeVpcEndpointAssociations", &by_id)
        .await;
    assert_eq!(said.texts("id").len(), 5, "the rows follow the children");
    let uri = format!(
        "{CONFIGURATIONS}/{}",
        configuration.rsplit('/').next().unwrap()
    );
    let said = shared.lattice("DELETE", &uri, Value::Null).await;
    assert_eq!(said.status, 409, "an endpoint leads to it");
}

#[tokio::test(start_paused = true)]
async fn whether_instances_have_children_is_a_doubt() {
    let shared = SharedDb::new(&doubting("arn-children", "endpoints")).await;
    let configuration = shared.configure(shared.by_arn()).await;
    let names = shared.names().await;
    let own = sorted(names.into_iter().take(2).collect());
    assert_eq!(domains(&shared.children(&configuration).await), own);
}
