//! STS: what a session may be asked for, what it may do, and credentials for a token.

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

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;

use support::{CONSUMER, Client, OWNER, Said, calm};

const ROLE: &str = "arn:aws:iam::222222222222:role/network";
const TOKEN: &str = "WebIdentityToken";

/// Parameters of a session, with further ones.
fn session<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut parameters = vec![("RoleArn", ROLE), ("RoleSessionName", "test")];
    parameters.extend(more);
    parameters
}

async fn assume(client: &Client, more: &[(&str, &str)]) -> Said {
    let said = client.try_call("sts", "AssumeRole", &session(more)).await;
    said.expect("an answer")
}

/// A client with the credentials of an answer.
fn holder(client: &Client, said: &Said) -> Client {
    let mut holder = Client::new(&client.simulator, CONSUMER);
    holder.access_key = said.text("AccessKeyId");
    holder.token = Some(said.text("SessionToken"));
    holder
}

/// A token as an identity provider makes it.
fn token(claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.signature", part(r#"{"alg":"RS256"}"#), part(claims))
}

/// Exchanges a token; nobody signs that.
async fn exchange(client: &Client, token: &str) -> Said {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "AssumeRoleWithWebIdentity")
        .append_pair("Version", "2011-06-15")
        .extend_pairs(session(&[(TOKEN, token)]));
    let request = http::Request::post("/").body(Bytes::from(form.finish()));
    match client.simulator.handle(request.unwrap()).await {
        aws_simulator::Answer::Response(response) => Said {
            status: response.status().as_u16(),
            request_id: String::new(),
            body: String::from_utf8(response.body().to_vec()).unwrap(),
        },
        aws_simulator::Answer::Dropped => panic!("no answer"),
    }
}

#[tokio::test]
async fn a_sessions_policy_narrows_what_the_role_may_do() {
    let owner = Client::new(&calm(), OWNER);
    let policy =
        r#"{"Statement": {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}}"#;
    let said = assume(&owner, &[("Policy", policy)]).await;
    assert_eq!(said.text("PackedPolicySize"), "4");
    let narrow = holder(&owner, &said);
    narrow.ok("DescribeVpcs", &[]).await;
    let cidr = [("CidrBlock", "10.0.0.0/16")];
    assert_eq!(
        narrow.refused("CreateVpc", &cidr).await,
        "UnauthorizedOperation"
    );
    for (policy, code) in [
        ("not JSON".to_owned(), "MalformedPolicyDocument"),
        ("{}".to_owned(), "MalformedPolicyDocument"),
        (" ".repeat(2049), "PackedPolicyTooLarge"),
    ] {
        let said = assume(&owner, &[("Policy", &policy)]).await;
        assert_eq!((said.status, said.text("Code").as_str()), (400, code));
    }
}

#[tokio::test]
async fn who_is_behind_a_session_stays_behind_those_it_assumes() {
    let owner = Client::new(&calm(), OWNER);
    let said = assume(&owner, &[("SourceIdentity", "alice")]).await;
    assert_eq!(said.text("SourceIdentity"), "alice");
    let alice = holder(&owner, &said);
    let said = assume(&alice, &[]).await;
    assert_eq!(said.text("SourceIdentity"), "alice");
    let said = assume(&alice, &[("SourceIdentity", "bob")]).await;
    assert_eq!(
        (said.status, said.text("Code").as_str()),
        (403, "AccessDenied")
    );
    let said = assume(&owner, &[("SourceIdentity", "a b")]).await;
    assert_eq!(said.text("Code"), "ValidationError");
}

#[tokio::test]
async fn a_role_assumed_by_a_role_lives_an_hour_at_most() {
    let owner = Client::new(&calm(), OWNER);
    let long = [("DurationSeconds", "7200")];
    let said = assume(&owner, &long).await;
    assert_eq!(said.status, 200, "{}", said.body);
    let said = assume(&holder(&owner, &said), &long).await;
    assert!(said.says("1 hour session limit"), "{}", said.body);
    let said = assume(&owner, &[("ExternalId", "x")]).await;
    assert_eq!(said.text("Code"), "ValidationError");
}

#[tokio::test]
async fn a_sessions_tags_are_checked_and_need_a_permission_of_their_own() {
    let owner = Client::new(&calm(), OWNER);
    let tags = [
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "net"),
    ];
    assert_eq!(assume(&owner, &tags).await.status, 200);
    let twice = [tags[0], tags[1], ("Tags.member.2.Key", "Team")];
    let said = assume(&owner, &twice).await;
    assert!(said.says("case insensitive"), "{}", said.body);
    let policy = format!(
        r#"{{"account": "{OWNER}", "document": {{"Statement": [
            {{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}]}}}}"#
    );
    let request = http::Request::post("/_simulator/policies").body(Bytes::from(policy));
    owner.simulator.handle(request.unwrap()).await;
    assert_eq!(assume(&owner, &[]).await.status, 200);
    for (more, action) in [
        (tags[..2].to_vec(), "sts:TagSession"),
        (vec![("SourceIdentity", "alice")], "sts:SetSourceIdentity"),
    ] {
        let said = assume(&owner, &more).await;
        assert!(said.status == 403 && said.says(action), "{}", said.body);
    }
}

#[tokio::test]
async fn a_token_is_exchanged_for_credentials_by_nobody_in_particular() {
    let owner = Client::new(&calm(), OWNER);
    let claims = r#"{"iss":"https://id.example.com","sub":"job","aud":["sts"],"exp":1767225660}"#;
    let said = exchange(&owner, &token(claims)).await;
    assert_eq!(said.status, 200, "{}", said.body);
    assert_eq!(said.text("SubjectFromWebIdentityToken"), "job");
    assert_eq!(said.text("Audience"), "sts");
    assert_eq!(said.text("Provider"), "https://id.example.com");
    holder(&owner, &said).ok("DescribeVpcs", &[]).await;
    let late = claims.replace("1767225660", "1767225600");
    let said = exchange(&owner, &token(&late)).await;
    assert_eq!(
        (said.status, said.text("Code").as_str()),
        (400, "ExpiredTokenException")
    );
    for nonsense in ["opaque".to_owned(), token("{}"), token("[]")] {
        let said = exchange(&owner, &nonsense).await;
        assert_eq!(
            (said.status, said.text("Code").as_str()),
            (400, "InvalidIdentityToken")
        );
    }
}
