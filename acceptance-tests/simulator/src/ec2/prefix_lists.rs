//! Prefix lists, of which there are AWS's own alone.

use super::limits;
use super::lists::USUAL_PAGE;
use crate::engine::{Call, Filters, Operation, Outcome, Page};
use crate::wire::Refusal;
use crate::wire::xml::{items, text};
use crate::world::Tags;
use crate::world::prefix_lists::{SERVICES, id_of};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeManagedPrefixLists",
    limits: limits::DESCRIBE,
    run: describe,
}];

const FILTERS: &[&str] = &["owner-id", "prefix-list-id", "prefix-list-name"];

fn describe(call: &mut Call<'_>) -> Outcome {
    let ids = call.parameters.list("PrefixListId")?;
    let filters = Filters::read(&mut call.parameters)?;
    let page = Page::read(&mut call.parameters, USUAL_PAGE, &ids)?;
    call.finish()?;
    filters.check_names(|name| FILTERS.contains(&name))?;
    let region = call.scope.region.clone();
    let all: Vec<(String, String)> = SERVICES
        .iter()
        .map(|service| {
            let name = format!("com.amazonaws.{region}.{service}");
            (id_of(&region, service), name)
        })
        .collect();
    if let Some(id) = ids.iter().find(|id| !all.iter().any(|(it, _)| it == *id)) {
        return Err(Refusal::new(
            "InvalidPrefixListID.NotFound",
            format!("The prefix list ID '{id}' does not exist"),
        ));
    }
    let asked = all.into_iter().filter(|(id, name)| {
        let named = ids.is_empty() || ids.contains(id);
        named
            && filters.pass_values(&Tags::new(), |filter| {
                vec![match filter {
                    "owner-id" => "AWS".to_owned(),
                    "prefix-list-id" => id.clone(),
                    _ => name.clone(),
                }]
            })
    });
    let rows = asked.map(|(id, name)| {
        let row = vec![
            text("prefixListId", &id),
            text("addressFamily", "IPv4"),
            text("state", "create-complete"),
            text(
                "prefixListArn",
                format!("arn:aws:ec2:{region}:aws:prefix-list/{id}"),
            ),
            text("prefixListName", name),
            items("tagSet", []),
            text("ownerId", "AWS"),
        ];
        (id, row)
    });
    let (rows, next) = page.cut(rows.collect());
    Ok(std::iter::once(items("prefixListSet", rows))
        .chain(next)
        .collect())
}
