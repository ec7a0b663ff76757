//! What an operation gets to work with: the world, who calls from where, the parameters.

use crate::clock::Moment;
use crate::wire::{Parameters, Refusal};
use crate::world::account::{SpentToken, token_key};
use crate::world::{Birth, Creator, Kind, Lens, Record, Scope, Seen, Tags, World};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) access_key: String,
    /// ARN as GetCallerIdentity shows it.
    pub(crate) arn: String,
    /// ARN of the IAM user or role behind it, as permissions name it.
    pub(crate) principal: String,
    pub(crate) user_id: String,
    /// Whether the credentials come from AssumeRole.
    pub(crate) assumed: bool,
}

/// One call on its way through an operation.
#[derive(Debug)]
pub(crate) struct Call<'w> {
    pub(crate) world: &'w mut World,
    /// The account and region that the call works in.
    pub(crate) scope: Scope,
    pub(crate) caller: Caller,
    /// What reads of this call see.
    pub(crate) lens: Lens,
    pub(crate) operation: &'static str,
    /// Taken member by member; `finish` refuses the rest.
    pub(crate) parameters: Parameters,
    /// As they came, for client tokens.
    pub(crate) given: Vec<(String, String)>,
}

impl Call<'_> {
    pub(crate) fn now(&self) -> Moment {
        self.world.now
    }

    /// A new id such as `vpc-0…`.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        self.world.random.id(prefix)
    }

    /// Makes an object in the caller's account and region, and gives it back as it was made.
    pub(crate) fn create<T: Kind>(&mut self, id: &str, tags: Tags, value: T) {
        let birth = self.birth();
        self.world.create(birth, id, tags, value);
    }

    /// Where, when and by whom this call makes objects.
    pub(crate) fn birth(&self) -> Birth {
        Birth {
            scope: self.scope.clone(),
            creator: Creator {
                account: self.caller.account.clone(),
                access_key: self.caller.access_key.clone(),
            },
            at: self.world.now,
        }
    }

    /// An object of the caller's account and region that this call knows: for calls that use an id.
    /// Too fresh an id may be unknown where reads lag.
    pub(crate) fn find<T: Kind>(&self, id: &str) -> Option<&Record<T>> {
        self.world
            .live::<T>(id)
            .filter(|record| record.scope == self.scope && record.is_known(self.lens))
    }

    /// What reads of this call see of an object of the caller's account and region.
    pub(crate) fn see<T: Kind>(&self, id: &str) -> Option<Seen<'_, T>> {
        self.world
            .record::<T>(id)
            .filter(|record| record.scope == self.scope)
            .and_then(|record| record.seen(self.lens))
    }

    /// What reads of this call see of a kind in the caller's account and region, by id.
    pub(crate) fn see_all<T: Kind>(&self) -> Vec<Seen<'_, T>> {
        T::store(self.world)
            .values()
            .filter(|record| record.scope == self.scope)
            .filter_map(|record| record.seen(self.lens))
            .collect()
    }

    /// What came of the client token, if it was spent before: the id of the first object.
    ///
    /// # Errors
    /// `IdempotentParameterMismatch` if it was spent on other parameters.
    pub(crate) fn spent_token(&self, token: Option<&str>) -> Result<Option<String>, Refusal> {
        let Some(token) = token else {
            return Ok(None);
        };
        let key = token_key(&self.scope, self.operation, token);
        let Some(spent) = self.world.tokens.get(&key) else {
            return Ok(None);
        };
        if self.now().ms_since(spent.spent) > TOKEN_LIFE_MS {
            return Ok(None);
        }
        if spent.request != self.given {
            return Err(Refusal::new(
                "IdempotentParameterMismatch",
                "The client token you have provided is associated with a resource that was \
                 created with different parameters.",
            ));
        }
        Ok(Some(spent.object_id.clone()))
    }

    /// Remembers what came of a client token.
    pub(crate) fn spend_token(&mut self, token: Option<&str>, object_id: &str) {
        if let Some(token) = token {
            let spent = SpentToken {
                request: self.given.clone(),
                object_id: object_id.to_owned(),
                spent: self.now(),
            };
            let key = token_key(&self.scope, self.operation, token);
            self.world.tokens.insert(key, spent);
        }
    }

    /// Refuses whatever parameter nobody took; call it before anything is changed.
    pub(crate) fn finish(&self) -> Result<(), Refusal> {
        self.parameters.finish()
    }
}

/// EC2 keeps tokens for a day at least (the time is undocumented).
const TOKEN_LIFE_MS: u64 = 24 * 60 * 60 * 1000;
