//! Pages of lists: by id, at most a hundred on each.

use serde_json::{Value, json};

use crate::wire::{Parameters, Refusal};

const MOST: i64 = 100;

/// `maxResults` and `nextToken` of a call.
pub(super) struct Page {
    size: usize,
    after: Option<String>,
}

impl Page {
    pub(super) fn read(parameters: &mut Parameters) -> Result<Self, Refusal> {
        let size = parameters.integer("maxResults")?.unwrap_or(MOST);
        if !(1..=MOST).contains(&size) {
            let message = format!("maxResults {size} is not between 1 and {MOST}");
            return Err(super::refusals::invalid("maxResults", message));
        }
        Ok(Self {
            size: usize::try_from(size).unwrap_or(1),
            after: parameters.text("nextToken"),
        })
    }

    /// The body of this page of rows, each with the id that orders it.
    pub(super) fn cut(&self, mut rows: Vec<(String, Value)>) -> Value {
        rows.retain(|(id, _)| self.after.as_ref().is_none_or(|after| id > after));
        rows.sort_by(|(one, _), (two, _)| one.cmp(two));
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let next = rows.last().filter(|_| more).map(|(id, _)| id.clone());
        let items: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
        let mut body = json!({ "items": items });
        if let (Some(next), Some(body)) = (next, body.as_object_mut()) {
            body.insert("nextToken".to_owned(), next.into());
        }
        body
    }
}
