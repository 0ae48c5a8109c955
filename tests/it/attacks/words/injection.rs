//! Words that mean something to a database, and words that are looked for.
use entity::{patient, staff, task};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tests::{Kit, Sdl, both, sdl::Type};

const SCHEMA: &str = include_str!("../../../../web/schema.graphql");
const WORDS: [&str; 8] = [
    "' OR '1'='1",
    "'; DROP TABLE task; --",
    "\" OR 1=1 --",
    "\\'; SELECT pg_sleep(30); --",
    "%' ESCAPE '!' OR 1=1 --",
    "1) UNION SELECT password_hash FROM staff --",
    "$1 ? :a @b `c` \u{0}",
    "{\"$ne\": null}",
];

/// A value of the type in which every text is `word`, as far as one can be made; texts that are ids too.
fn filled(sdl: &Sdl, ty: &str, word: &str, deep: usize) -> Value {
    let ty = ty.trim_end_matches('!');
    if let Some(item) = ty.strip_prefix('[') {
        return json!([filled(sdl, item.trim_end_matches(']'), word, deep)]);
    }
    match ty {
        "ID" | "String" | "DateTime" | "Date" => json!(word),
        "Int" => json!(1),
        "Float" => json!(1.5),
        "Boolean" => json!(true),
        _ => match &sdl.0[ty] {
            Type::Enum(words) => json!(words.iter().next()),
            Type::Input(fields) if deep < 4 => {
                let field = |(name, argument): (&String, &tests::sdl::Argument)| {
                    (name.clone(), filled(sdl, &argument.ty, word, deep + 1))
                };
                fields.iter().map(field).collect()
            }
            _ => Value::Null,
        },
    }
}

both!(case_75_words_of_sql_in_every_argument_of_every_field_have_no_effect, async |kit: &Kit| {
    let eva = kit.manager("Eva").await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar, "Call").await;
    kit.patient("Rosa Diaz", "Cedar").await;
    let sdl = Sdl::parse(SCHEMA);
    let counts = async || {
        let db = &kit.db;
        let (tasks, patients) = (task::Entity::find().count(db).await, patient::Entity::find().count(db).await);
        (tasks.unwrap(), patients.unwrap(), staff::Entity::find().count(db).await.unwrap())
    };
    let before = counts().await;
    let mut asked = 0;
    for (root, kind) in [("Query", "query"), ("Mutation", "mutation")] {
        for (name, field) in sdl.fields(root) {
            // It ends the session that the others need.
            if field.arguments.is_empty() || name == "signOut" {
                continue;
            }
            for word in WORDS {
                let variables: Value =
                    field.arguments.iter().map(|(name, one)| (name.clone(), filled(&sdl, &one.ty, word, 0))).collect();
                let declared: Vec<_> =
                    field.arguments.iter().map(|(name, one)| format!("${name}: {}", one.ty)).collect();
                let given: Vec<_> = field.arguments.keys().map(|name| format!("{name}: ${name}")).collect();
                let scalar = !matches!(
                    sdl.0.get(field.ty.trim_end_matches('!')),
                    Some(Type::Object { .. } | Type::Interface { .. } | Type::Union(_))
                );
                let show = if scalar { "" } else { "{ __typename }" };
                let document = format!("{kind}({}) {{ {name}({}) {show} }}", declared.join(", "), given.join(", "));
                let answer = eva.ask(&document, variables).await;
                asked += 1;
                assert!(answer.status < 500, "{name} {word:?}: {answer}");
                for leak in ["INTERNAL", "syntax error", "sqlx", "SELECT \"", "relation", "no such table", "argon2"] {
                    assert!(!answer.text.contains(leak), "{leak} of {name} {word:?}: {answer}");
                }
            }
        }
    }
    assert!(asked > 200, "{asked}");
    assert_eq!(counts().await, before, "nothing was made, and no table is gone");
});

both!(case_27_words_that_are_looked_for_are_words_and_find_nobody_elsewhere, async |kit: &Kit| {
    let elm = kit.practice("Elm Clinic").await;
    elm.patient("Zora Elmwood", "Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    kit.patient("Max Maplewood", "Maple").await;
    let rosa = kit.patient("Rosa Diaz_50%", "Cedar").await;
    let search = "query S($words: String!) { patients(filter: { search: $words }) { totalCount nodes { id } } }";
    let found = async |words: &str| {
        let answer = ana.ask(search, json!({ "words": words })).await;
        (answer.at("/patients/totalCount").as_i64().unwrap(), answer.at("/patients/nodes").clone())
    };

    for elsewhere in ["Elmwood", "Zora", "Maplewood", "elmwood zora", "%", "_", "Ro%a", "R_sa", "\\", "'%'", "Dia[sz]"]
    {
        let (count, nodes) = found(elsewhere).await;
        // Signs alone are no words, or are in their name.
        let known = ["%", "_", "\\", "'%'", "Dia[sz]"].contains(&elsewhere);
        assert!(count == 0 || (known && nodes == json!([{ "id": rosa }])), "{elsewhere}: {nodes}");
    }
    for here in ["diaz", "DIAZ_50%", "_50%", "rosa"] {
        assert_eq!(found(here).await, (1, json!([{ "id": rosa }])), "{here}");
    }
});
