//! Settings of databases that nothing follows from here: taken, kept and shown again.

use super::refusals::{blank, value};
use crate::engine::Call;
use crate::wire::xml::{Element, rows_of, text};
use crate::wire::{Parameters, Refusal};
use crate::world::Tags;
use crate::world::databases::DbOptions;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Takes them. `database` is the name of the parameter for the first database's name.
pub(super) fn read(parameters: &mut Parameters, database: &str) -> Result<DbOptions, Refusal> {
    let retention_days = parameters.integer("BackupRetentionPeriod")?.unwrap_or(1);
    if !(0..=35).contains(&retention_days) {
        return Err(value(format!(
            "Invalid backup retention period: {retention_days}. Must be between 0 and 35."
        )));
    }
    let mut flag = |name: &str| parameters.boolean(name).map(Option::unwrap_or_default);
    Ok(DbOptions {
        resource_id: String::new(),
        retention_days,
        encrypted: flag("StorageEncrypted")?,
        iam_authentication: flag("EnableIAMDatabaseAuthentication")?,
        copies_tags: flag("CopyTagsToSnapshot")?,
        protected: flag("DeletionProtection")?,
        database: parameters.text(database),
        user: parameters.text("MasterUsername"),
    })
}

/// Takes the password, which nobody keeps, and refuses a database without user or password.
pub(super) fn check_user(parameters: &mut Parameters, options: &DbOptions) -> Result<(), Refusal> {
    let password = parameters.text("MasterUserPassword").is_some();
    let managed = parameters.boolean("ManageMasterUserPassword")?;
    match (&options.user, password || managed.unwrap_or_default()) {
        (None, _) => Err(blank("MasterUsername")),
        (_, false) => Err(blank("MasterUserPassword")),
        _ => Ok(()),
    }
}

/// Takes `Tags`.
pub(super) fn read_tags(parameters: &mut Parameters) -> Result<Tags, Refusal> {
    let tags = parameters.named_structures(("Tags", "Tag"), |tag| {
        let key = tag.required("Key")?;
        Ok((key, tag.text("Value").unwrap_or_default()))
    })?;
    match tags.iter().find(|(key, _)| key.starts_with("aws:")) {
        Some((key, _)) => Err(value(format!("The tag key {key} is reserved"))),
        None => Ok(tags.into_iter().collect()),
    }
}

/// A new resource id such as `cluster-…` or `db-…`.
pub(super) fn resource_id(call: &mut Call<'_>, kind: &str) -> String {
    format!("{kind}-{}", call.world.random.letters(LETTERS, 26))
}

/// What clusters and instances show of them alike.
pub(super) fn shown(options: &DbOptions) -> Vec<Element> {
    let user = options.user.iter();
    let user = user.map(|user| text("MasterUsername", user));
    let others = [
        text("BackupRetentionPeriod", options.retention_days),
        text("StorageEncrypted", options.encrypted),
        text(
            "IAMDatabaseAuthenticationEnabled",
            options.iam_authentication,
        ),
        text("CopyTagsToSnapshot", options.copies_tags),
        text("DeletionProtection", options.protected),
        text("NetworkType", "IPV4"),
    ];
    user.chain(others).collect()
}

/// `TagList`.
pub(super) fn tag_list(tags: &Tags) -> Element {
    let row = |(key, value): (&String, &String)| vec![text("Key", key), text("Value", value)];
    rows_of(("TagList", "Tag"), tags.iter().map(row))
}

/// `VpcSecurityGroups`.
pub(super) fn groups(ids: &[String]) -> Element {
    let row = |id: &String| vec![text("VpcSecurityGroupId", id), text("Status", "active")];
    let name = ("VpcSecurityGroups", "VpcSecurityGroupMembership");
    rows_of(name, ids.iter().map(row))
}
