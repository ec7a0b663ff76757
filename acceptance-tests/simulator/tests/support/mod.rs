//! A client of the simulator for tests: signed-looking requests, in process, through the public face.

pub mod bridge;
pub mod databases;
pub mod ipv6;
pub mod lattice;
pub mod rest;
pub mod shared_db;
pub mod stage;

use std::time::Duration;

use aws_simulator::{Answer, Builder, Simulator};
use bytes::Bytes;

/// Credentials, a region and a simulator to talk to.
#[derive(Clone)]
pub struct Client {
    pub simulator: Simulator,
    pub account: String,
    pub access_key: String,
    pub token: Option<String>,
    pub region: String,
}

/// An answer as text, with its status.
#[derive(Debug, Clone)]
pub struct Said {
    pub status: u16,
    pub body: String,
    pub request_id: String,
}

/// The owner's and the consumer's account of most tests.
pub const OWNER: &str = "111111111111";
pub const CONSUMER: &str = "222222222222";

impl Client {
    pub fn new(simulator: &Simulator, account: &str) -> Self {
        Self {
            simulator: simulator.clone(),
            account: account.to_owned(),
            access_key: format!("AKIA0000{account}"),
            token: None,
            region: "us-east-1".to_owned(),
        }
    }

    pub fn in_region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    /// Sends a call; `None` if the connection was closed instead of an answer.
    pub async fn try_call(
        &self,
        service: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Option<Said> {
        let version = match service {
            "ec2" => "2016-11-15",
            "sts" => "2011-06-15",
            "elasticloadbalancing" => "2015-12-01",
            "rds" => "2014-10-31",
            other => panic!("no version for {other}"),
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action)
            .append_pair("Version", version);
        for (name, value) in parameters {
            form.append_pair(name, value);
        }
        let credential = format!(
            "{}/20260101/{}/{service}/aws4_request",
            self.access_key, self.region
        );
        let mut request = http::Request::post("/").header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"),
        );
        if let Some(token) = &self.token {
            request = request.header("x-amz-security-token", token);
        }
        let request = request.body(Bytes::from(form.finish())).unwrap();
        match self.simulator.handle(request).await {
            Answer::Dropped => None,
            Answer::Response(response) => Some(Said {
                status: response.status().as_u16(),
                request_id: response.headers()["x-amzn-requestid"]
                    .to_str()
                    .unwrap()
                    .to_owned(),
                body: String::from_utf8(response.body().to_vec()).unwrap(),
            }),
        }
    }

    /// An EC2 call, however it ends.
    pub async fn ec2(&self, action: &str, parameters: &[(&str, &str)]) -> Said {
        self.try_call("ec2", action, parameters)
            .await
            .expect("an answer")
    }

    /// An EC2 call that must succeed.
    pub async fn ok(&self, action: &str, parameters: &[(&str, &str)]) -> Said {
        let said = self.ec2(action, parameters).await;
        assert_eq!(said.status, 200, "{action}: {}", said.body);
        said
    }

    /// An EC2 call that must be refused: its code.
    pub async fn refused(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let said = self.ec2(action, parameters).await;
        assert_ne!(said.status, 200, "{action}: {}", said.body);
        said.text("Code")
    }
}

impl Said {
    /// The text of the first element of that name.
    pub fn text(&self, name: &str) -> String {
        self.texts(name)
            .first()
            .unwrap_or_else(|| panic!("no {name} in {}", self.body))
            .clone()
    }

    /// The texts of all elements of that name, in document order.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let document = roxmltree::Document::parse(&self.body).unwrap();
        document
            .descendants()
            .filter(|node| node.has_tag_name(name) || node.tag_name().name() == name)
            .map(|node| node.text().unwrap_or_default().to_owned())
            .collect()
    }

    /// Whether the body holds the text.
    pub fn says(&self, text: &str) -> bool {
        let plain = self.body.replace("&apos;", "'").replace("&quot;", "\"");
        plain.contains(text)
    }
}

/// A simulator without lag, throttling or doubts off their defaults.
pub fn calm() -> Simulator {
    Simulator::builder().seed(1).build().unwrap()
}

/// A simulator with one doubt off its default.
pub fn doubting(name: &str, reading: &str) -> Simulator {
    built(Simulator::builder().seed(1).doubt(name, reading).unwrap())
}

/// A simulator from a builder.
pub fn built(builder: Builder) -> Simulator {
    builder.build().unwrap()
}

/// Lets so many seconds pass.
pub async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}
