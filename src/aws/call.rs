//! How every call goes out: in its turn, logged, its failure sorted.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::access::SiteAccess;
use super::error::{CallError, ErrorKind};

/// How often a throttled call queues again before that counts as a failure.
const THROTTLED_MAX: usize = 20;

impl SiteAccess {
    /// Makes a call when it is its turn; a throttled one queues again.
    ///
    /// `action` is the operation as IAM writes it, such as `ec2:CreateVpcEndpoint`.
    pub async fn call<T, E, F>(
        &self,
        action: &'static str,
        send: impl Fn() -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let mut throttled = 0;
        loop {
            if self.limiter.take(action).await.is_err() {
                return Err(CallError::not_sent(action, &self.site().to_string()));
            }
            let error = match send().await {
                Ok(answer) => {
                    tracing::debug!(action, site = %self.site(), "call answered");
                    return Ok(answer);
                }
                Err(error) => CallError::from_sdk(action, &self.site().to_string(), &error),
            };
            tracing::debug!(action, site = %self.site(), "call failed: {error}");
            if error.kind != ErrorKind::Throttled || throttled == THROTTLED_MAX {
                return Err(error);
            }
            throttled += 1;
            self.limiter.throttled(action).await;
        }
    }

    /// Puts one tag on an EC2 object.
    pub async fn put_tag(&self, id: &str, key: &str, value: &str) -> Result<(), CallError> {
        let tag = aws_sdk_ec2::types::Tag::builder()
            .key(key)
            .value(value)
            .build();
        let call = || {
            self.ec2()
                .create_tags()
                .resources(id)
                .tags(tag.clone())
                .send()
        };
        self.call("ec2:CreateTags", call).await.map(|_| ())
    }

    /// Removes one tag from an EC2 object; one that is not there is fine.
    pub async fn remove_tag(&self, id: &str, key: &str) -> Result<(), CallError> {
        let tag = aws_sdk_ec2::types::Tag::builder().key(key).build();
        let call = || {
            self.ec2()
                .delete_tags()
                .resources(id)
                .tags(tag.clone())
                .send()
        };
        self.call("ec2:DeleteTags", call).await.map(|_| ())
    }

    /// An item that a call reported as unsuccessful.
    pub fn item_error(&self, action: &str, code: Option<&str>, message: Option<&str>) -> CallError {
        let site = self.site().to_string();
        CallError::of_item(
            action,
            &site,
            code.unwrap_or("Unknown"),
            message.unwrap_or_default(),
        )
    }
}
