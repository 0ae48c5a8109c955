//! The schema that clients build against.
use tests::{Kind, Kit, Sdl};

const CHECKED_IN: &str = include_str!("../../web/schema.graphql");
/// The core that clients rely on: the product serves all of it, by these names and meanings.
const CORE: &str = include_str!("../data/core.graphql");

async fn served() -> Sdl {
    let kit = Kit::start(Kind::Sqlite).await;
    let answer = kit.stranger().get("/schema.graphql").await;
    assert_eq!(answer.status, 200, "{answer}");
    kit.end().await;
    Sdl::parse(&answer.text)
}

#[tokio::test]
async fn the_checked_in_schema_is_the_one_that_is_served() {
    let served = served().await;

    let checked_in = Sdl::parse(CHECKED_IN);

    assert_eq!(served.lacks(&checked_in), Vec::<String>::new(), "in web/schema.graphql, and not served");
    assert_eq!(checked_in.lacks(&served), Vec::<String>::new(), "served, and not in web/schema.graphql");
    assert_eq!(served, checked_in);
}

#[tokio::test]
async fn the_whole_contract_is_served() {
    let served = served().await;

    assert_eq!(served.lacks(&Sdl::parse(CORE)), Vec::<String>::new());
}

#[test]
fn the_comparison_finds_what_is_missing_renamed_or_narrowed() {
    let core = Sdl::parse(
        "enum Colour { RED GREEN } interface Node { id: ID! } input In { a: Int = 1 }
         type Thing implements Node { id: ID! name: String! list(first: Int): [Int!]! }",
    );
    let lacks = |served: &str| Sdl::parse(served).lacks(&core);

    let narrower = lacks(
        "enum Colour { RED } interface Node { id: ID! } input In { a: Int b: Int! }
         type Thing { id: ID! name: String list(first: Int!): [Int!]! }",
    );

    assert_eq!(narrower.len(), 6, "{narrower:#?}");
    assert_eq!(
        lacks("scalar Colour"),
        ["Colour is another kind of type: Scalar", "type In", "type Node", "type Thing"]
    );
    assert_eq!(Sdl::parse(CORE).lacks(&Sdl::parse(CORE)), Vec::<String>::new());
    assert_eq!(Sdl::parse(CHECKED_IN).lacks(&Sdl::parse(CORE)), Vec::<String>::new());
}
