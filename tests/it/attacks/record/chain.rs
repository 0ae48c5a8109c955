//! The chain: whatever is done to the rows behind the program's back is found and named.
use api::audit::{
    chain::to_hex,
    verify::{Asked, verify},
};
use entity::{audit_entry, audit_head};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use tests::{Kind, Kit, both, process};

/// What the check says: the words of the first flaw, or nothing.
async fn flaw(kit: &Kit, asked: &Asked) -> Option<String> {
    verify(&kit.cx(), asked).await.unwrap().err().map(|flaw| flaw.0)
}

async fn head(kit: &Kit) -> audit_head::Model {
    audit_head::Entity::find_by_id(kit.organization).one(&kit.db).await.unwrap().unwrap()
}

async fn tamper(kit: &Kit, sql: &str) {
    let sql = sql.replace("$ORG", &organization(kit));
    kit.db.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// As the database spells it.
fn organization(kit: &Kit) -> String {
    let id = kit.organization.0;
    match kit.store.kind {
        Kind::Sqlite => format!("x'{}'", id.simple()),
        Kind::Postgres => format!("'{id}'"),
    }
}

async fn busy(kit: &Kit) {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse(&format!("Ana {}", uuid::Uuid::new_v4().simple()), "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    for n in 0..6 {
        let task = ana.creates_with(&cedar, &format!("Call {n}"), json!({ "patientId": rosa })).await;
        ana.claims(&task).await.data();
        ana.reads_patient(&rosa).await.data();
    }
}

/// What somebody does who owns the file, or the tables.
async fn take_the_guards_away(kit: &Kit) {
    match kit.store.kind {
        Kind::Sqlite => {
            for statement in ["UPDATE audit_entry SET operation = 'x'", "DELETE FROM audit_entry"] {
                let refused = kit.db.execute_unprepared(statement).await.unwrap_err().to_string();
                assert!(refused.contains("the record is"), "{refused}");
            }
            for name in ["audit_entry_never_changes", "audit_entry_stays"] {
                tamper(kit, &format!("DROP TRIGGER {name}")).await;
            }
        }
        Kind::Postgres => {}
    }
    let refused = kit.db.execute_unprepared("UPDATE audit_head SET number = number - 1").await.unwrap_err().to_string();
    assert!(refused.contains("the record does not go back"), "{refused}");
}

both!(case_85_rows_that_were_changed_removed_added_or_reordered_are_named, async |kit: &Kit| {
    busy(kit).await;
    let last = head(kit).await.number;
    assert!(last > 15);
    assert_eq!(flaw(kit, &Asked::default()).await, None);
    take_the_guards_away(kit).await;
    let asked = Asked::default();
    let said = async |what: &str| {
        let words = flaw(kit, &asked).await.unwrap_or_else(|| panic!("{what} is not seen"));
        println!("{what}: {words}");
        words
    };

    for column in ["operation", "actor_kind", "address", "entity_type"] {
        tamper(kit, &format!("UPDATE audit_entry SET {column} = coalesce({column}, '') || 'x' WHERE number = 5")).await;
        assert!(said(column).await.starts_with("row 5 (audit_"), "{column}");
        let back = format!("substr({column}, 1, length({column}) - 1)");
        tamper(kit, &format!("UPDATE audit_entry SET {column} = {back} WHERE number = 5")).await;
        if flaw(kit, &asked).await.is_some() {
            // It was nothing before.
            tamper(kit, &format!("UPDATE audit_entry SET {column} = NULL WHERE number = 5")).await;
        }
        assert_eq!(flaw(kit, &asked).await, None, "{column}");
    }

    // Whoever knows how makes a hash that fits; then the next row does not follow.
    let row = audit_entry::Entity::find().all(&kit.db).await.unwrap();
    let row = row.into_iter().find(|row| row.number == Some(5)).unwrap();
    let before = audit_entry::Entity::find().all(&kit.db).await.unwrap();
    let before = before.into_iter().find(|row| row.number == Some(4)).unwrap();
    let forged = audit_entry::Model { operation: "forged".to_owned(), ..row.clone() };
    let hash = api::audit::chain::hash(&before.hash.unwrap(), &forged);
    let bytes = |hash: &[u8]| match kit.store.kind {
        Kind::Sqlite => format!("x'{}'", to_hex(hash)),
        Kind::Postgres => format!("'\\x{}'", to_hex(hash)),
    };
    tamper(kit, &format!("UPDATE audit_entry SET operation = 'forged', hash = {} WHERE number = 5", bytes(&hash)))
        .await;
    assert!(said("a new hash").await.starts_with("row 6 (audit_"));
    let back = format!("operation = '{}', hash = {}", row.operation, bytes(&row.hash.unwrap()));
    tamper(kit, &format!("UPDATE audit_entry SET {back} WHERE number = 5")).await;

    for (from, to) in [(5, -1), (6, 5), (-1, 6)] {
        tamper(kit, &format!("UPDATE audit_entry SET number = {to} WHERE number = {from}")).await;
    }
    assert!(said("another order").await.starts_with("row 5 (audit_"));
    for (from, to) in [(5, -1), (6, 5), (-1, 6)] {
        tamper(kit, &format!("UPDATE audit_entry SET number = {to} WHERE number = {from}")).await;
    }
    assert_eq!(flaw(kit, &asked).await, None);

    let copy = |id: u8, number: &str| {
        let id = match kit.store.kind {
            Kind::Sqlite => format!("x'{:032x}'", id),
            Kind::Postgres => format!("'00000000-0000-0000-0000-0000000000{id:02x}'::uuid"),
        };
        format!(
            "INSERT INTO audit_entry (organization_id, id, at, actor_kind, kind, operation, patients, number, hash)
             SELECT organization_id, {id}, at, actor_kind, kind, operation, '[]', {number}, hash
             FROM audit_entry WHERE number = 5 AND organization_id = $ORG"
        )
    };
    tamper(kit, &copy(1, &(last + 1).to_string())).await;
    assert!(said("a row after the end").await.contains("after the head"));
    tamper(kit, &format!("DELETE FROM audit_entry WHERE number = {}", last + 1)).await;
    tamper(kit, &copy(2, "NULL")).await;
    assert_eq!(said("a row without a number").await, "1 rows stand in no chain, 0 did when it began");
    tamper(kit, "DELETE FROM audit_entry WHERE number IS NULL").await;
    assert_eq!(flaw(kit, &asked).await, None);

    let noted = head(kit).await;
    tamper(kit, &format!("DELETE FROM audit_entry WHERE number > {}", last - 2)).await;
    assert_eq!(said("no end").await, format!("row {} is missing: the head is {last}", last - 1));
    // Even where the head goes back with them, for who has kept it elsewhere.
    let end = audit_entry::Entity::find().all(&kit.db).await.unwrap();
    let end = end.into_iter().find(|row| row.number == Some(last - 2)).unwrap();
    let drop = if kit.store.kind == Kind::Sqlite { "" } else { " ON audit_head" };
    tamper(kit, &format!("DROP TRIGGER audit_head_only_grows{drop}")).await;
    tamper(kit, &format!("UPDATE audit_head SET number = {}, hash = {}", last - 2, bytes(&end.hash.unwrap()))).await;
    assert_eq!(flaw(kit, &asked).await, None, "nothing in the database tells of it");
    let expect = Asked { expect: Some((noted.number, noted.hash)), ..Asked::default() };
    assert!(flaw(kit, &expect).await.unwrap().starts_with(&format!("row {last} was on record and is not")));
    tamper(kit, "DELETE FROM audit_entry WHERE number = 7").await;
    assert_eq!(said("a hole").await, "row 7 is missing");
    let later = Asked { since: Some(9), ..Asked::default() };
    assert_eq!(flaw(kit, &later).await, None, "what comes after it is whole by itself");
});

both!(case_85_the_command_names_the_row_and_fails_and_knows_a_head_that_was_kept, async |kit: &Kit| {
    busy(kit).await;
    let noted = head(kit).await;
    let noted = format!("{}:{}", noted.number, to_hex(&noted.hash));
    let ran = async |more: &[&str]| {
        let mut words = vec!["audit", "verify", "--database-url", kit.store.url.as_str()];
        words.extend(more);
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let run = move || process::run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let output = tokio::task::spawn_blocking(run).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), format!("{said}{}", String::from_utf8_lossy(&output.stderr)))
    };

    let (status, said) = ran(&[]).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains(&format!("head {noted}")), "{said}");
    busy(kit).await;
    let (status, said) = ran(&["--expect", &noted, "--since", "3"]).await;
    assert_eq!(status, Some(0), "{said}");
    let other = format!("{}:{}", noted.split(':').next().unwrap(), "0".repeat(64));
    let (status, said) = ran(&["--expect", &other]).await;
    assert!(status == Some(1) && said.contains("another one was expected"), "{said}");
    let (status, said) = ran(&["--expect", "nonsense"]).await;
    assert!(status == Some(2) && said.contains("NUMBER:HASH"), "{said}");
    take_the_guards_away(kit).await;
    tamper(kit, "UPDATE audit_entry SET operation = 'x' WHERE number = 4 AND organization_id = $ORG").await;
    let (status, said) = ran(&[]).await;
    assert!(status == Some(1) && said.contains("Practice: row 4 (audit_"), "{said}");
});

both!(rows_that_many_put_on_record_at_once_are_one_chain, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let before = head(kit).await.number;

    let work = (0..20).map(async |n: usize| {
        ana.creates(&cedar, &format!("Call {n}")).await;
        ana.reads_patient(&rosa).await.data();
        kit.practice(&format!("Practice {n}")).await;
    });
    futures_util::future::join_all(work).await;

    assert_eq!(flaw(kit, &Asked::default()).await, None);
    assert_eq!(head(kit).await.number - before, 40);
});

both!(a_chain_begins_with_what_was_on_record_before_there_was_one, async |kit: &Kit| {
    busy(kit).await;
    // As a database of before looks to the program that opens it first.
    take_the_guards_away(kit).await;
    tamper(kit, "UPDATE audit_entry SET number = NULL, hash = NULL").await;
    tamper(kit, "DELETE FROM audit_head").await;
    let rows = kit.audit().await.len();

    api::audit::begin(&kit.app.db).await.unwrap();
    busy(kit).await;

    let begun = head(kit).await;
    assert_eq!((begun.earlier, begun.floor_number), (Some(rows as i64), 0));
    assert_eq!(flaw(kit, &Asked::default()).await, None);
    let older = kit.audit().await.into_iter().find(|row| row.number.is_none()).unwrap();
    let id = match kit.store.kind {
        Kind::Sqlite => format!("x'{}'", older.id.0.simple()),
        Kind::Postgres => format!("'{}'", older.id.0),
    };
    tamper(kit, &format!("UPDATE audit_entry SET operation = 'x' WHERE id = {id}")).await;
    assert_eq!(
        flaw(kit, &Asked::default()).await,
        Some(format!("one of the {rows} rows from before the chain was changed"))
    );
});
