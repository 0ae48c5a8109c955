//! What the GraphQL library must do, whichever version it is: the reason why it is pinned, and the test of the next one.
use async_graphql::{EmptyMutation, EmptySubscription, Error, Object, Result, Schema, Variables};
use serde_json::{Value, json};
use std::time::Duration;

struct Query;

#[Object]
impl Query {
    async fn parent(&self) -> Parent {
        Parent
    }

    async fn maybe_parent(&self) -> Option<Parent> {
        Some(Parent)
    }

    async fn parents(&self) -> Vec<Option<Parent>> {
        vec![Some(Parent), Some(Parent)]
    }

    async fn fine(&self) -> i32 {
        1
    }
}

struct Parent;

#[Object]
impl Parent {
    /// `String!` that fails.
    async fn required(&self) -> Result<String> {
        Err(Error::new("no"))
    }

    /// `String` that fails: the spelling that gives the specification's answer.
    async fn optional(&self) -> Option<Result<String>> {
        Some(Err(Error::new("no")))
    }

    async fn absent(&self) -> Option<Result<String>> {
        None
    }

    async fn fast(&self) -> i32 {
        2
    }

    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        1
    }

    async fn items(&self) -> Vec<Item> {
        vec![Item(0), Item(1), Item(2)]
    }
}

struct Item(i32);

#[Object]
impl Item {
    async fn number(&self) -> i32 {
        self.0
    }

    /// Fails in the second item only.
    async fn odd(&self) -> Option<Result<i32>> {
        Some(if self.0 == 1 { Err(Error::new("no")) } else { Ok(self.0) })
    }
}

/// The answer as text, because the order of its keys counts.
async fn answer(document: &str) -> String {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).finish();
    let response = schema.execute(async_graphql::Request::new(document).variables(Variables::default())).await;
    serde_json::to_string(&response).unwrap()
}

async fn json_answer(document: &str) -> Value {
    serde_json::from_str(&answer(document).await).unwrap()
}

#[tokio::test]
async fn a_failed_required_field_takes_its_parent_along() {
    let answer = json_answer("{ fine maybeParent { fast required } }").await;

    assert_eq!(answer["data"], json!({ "fine": 1, "maybeParent": null }));
    assert_eq!(answer["errors"][0]["path"], json!(["maybeParent", "required"]));
}

#[tokio::test]
async fn without_a_nullable_parent_there_is_no_data_at_all() {
    let answer = json_answer("{ fine parent { fast required } }").await;

    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"][0]["path"], json!(["parent", "required"]));
}

#[tokio::test]
async fn a_null_stops_at_the_nearest_nullable_item_of_a_list() {
    let answer = json_answer("{ parents { required } }").await;

    assert_eq!(answer["data"], json!({ "parents": [null, null] }));
}

#[tokio::test]
async fn a_failed_optional_field_is_null_and_its_neighbours_are_there() {
    let answer = json_answer("{ parent { optional fast absent } }").await;

    assert_eq!(answer["data"], json!({ "parent": { "optional": null, "fast": 2, "absent": null } }));
    assert_eq!(answer["errors"][0]["path"], json!(["parent", "optional"]));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_requested_key_is_there_even_beside_an_error() {
    let answer = json_answer("{ parent { a: optional b: absent c: fast d: slow } }").await;

    let keys: Vec<_> = answer["data"]["parent"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys.len(), 4, "{answer}");
}

#[tokio::test]
async fn fields_come_in_the_order_of_the_selection() {
    let one = answer("{ parent { slow fast } fine }").await;
    let other = answer("{ fine parent { fast slow } }").await;

    assert_eq!(one, r#"{"data":{"parent":{"slow":1,"fast":2},"fine":1}}"#);
    assert_eq!(other, r#"{"data":{"fine":1,"parent":{"fast":2,"slow":1}}}"#);
}

#[tokio::test]
async fn an_error_in_a_list_names_the_item() {
    let answer = json_answer("{ parent { items { number odd } } }").await;

    assert_eq!(answer["errors"][0]["path"], json!(["parent", "items", 1, "odd"]));
    let items = json!([{ "number": 0, "odd": 0 }, { "number": 1, "odd": null }, { "number": 2, "odd": 2 }]);
    assert_eq!(answer["data"]["parent"]["items"], items);
}
