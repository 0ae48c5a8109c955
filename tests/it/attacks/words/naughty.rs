//! Strings that trip programs: refused in words, or stored and given back exactly.
use serde_json::{Value, json};
use tests::{Kit, both};

/// The Big List of Naughty Strings, by Max Woolf (MIT: data/naughty-strings.LICENSE).
const LIST: &str = include_str!("../../../data/naughty-strings.json");

fn naughty() -> Vec<String> {
    let mut all: Vec<String> = serde_json::from_str(LIST).unwrap();
    assert!(all.len() > 400);
    let more = [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<svg><script>alert(1)</script></svg>",
        "|^~\\&MSH\\.br\\\\X0D\\",
        "\u{202e}gnp.exe\u{202c}",
        "\u{feff}with a mark",
        "👩‍👩‍👧‍👦 𝒳 🏳️‍🌈",
        "a\u{0301}\u{0301}\u{0301}",
        "one\r\ntwo\nthree\ttab",
        "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    ];
    all.extend(more.map(str::to_owned));
    all
}

both!(case_71_every_naughty_string_comes_back_as_it_went_in_or_is_refused_in_words, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let mut stored = Vec::new();
    for text in naughty() {
        let answer = ana.act("addTaskComment", json!({ "taskId": task, "text": text })).await;
        let kept = text.trim();
        if kept.is_empty() || kept.contains('\0') || kept.chars().count() > 2_000 {
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{text:?}: {answer}");
        } else {
            answer.data();
            stored.push(kept.to_owned());
        }
    }
    // As a title too, where it fits: what a board, a feed and a search show.
    let titled = stored.iter().filter(|text| text.chars().count() <= 100).step_by(10).cloned().collect::<Vec<_>>();
    let mut screen = ana.follows(&cedar, None).await;
    for title in &titled {
        let id = ana.creates(&cedar, title).await;
        assert_eq!(&ana.reads_task(&id).await.text_at("/task/title"), title);
        let told = screen.next_where("the task", |item| item["task"]["id"] == id.as_str()).await;
        assert_eq!(told["task"]["title"], title.as_str(), "in a feed");
    }
    screen.close().await;

    let read = "query Said($id: ID!, $after: String) { task(id: $id) { comments(first: 200, after: $after) {
        nodes { text } pageInfo { hasNextPage endCursor } } } }";
    let (mut said, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = ana.ask(read, json!({ "id": task, "after": after })).await;
        let nodes = page.at("/task/comments/nodes").as_array().unwrap().clone();
        said.extend(nodes.iter().map(|node| node["text"].as_str().unwrap().to_owned()));
        after = page.at("/task/comments/pageInfo/endCursor").clone();
        if page.at("/task/comments/pageInfo/hasNextPage") == false {
            break;
        }
    }
    said.sort();
    stored.sort();
    assert_eq!(said, stored);
});

both!(case_76_what_no_text_can_be_is_refused_and_the_rest_is_exact, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mutation = "mutation C($t: String!) { createTask(input: { careTeamId: \\\"TEAM\\\", kind: \\\"RECALL\\\", title: $t }) { task { id } } }";
    let send = async |title: &str| {
        let body = format!("{{\"query\":\"{}\",\"variables\":{{\"t\":{title}}}}}", mutation.replace("TEAM", &cedar));
        ana.browser.post_text(&body, "application/json").await
    };

    // Half a character, as JSON can write it and UTF-8 cannot.
    for half in ["\"\\ud83d\"", "\"\\ude00 x\"", "\"\\udfff\\ud800\""] {
        let answer = send(half).await;
        assert_eq!((answer.status, answer.code()), (400, "BAD_USER_INPUT"), "{half}: {answer}");
    }
    let nul = send("\"a\\u0000b\"").await;
    assert_eq!(nul.code(), "BAD_USER_INPUT");
    let long = send(&format!("\"{}\"", "x".repeat(100_000))).await;
    assert!(["BAD_USER_INPUT", "TOO_COMPLEX"].contains(&long.code()), "{long}");
    let whole = send("\"\\ud83d\\ude00 \\u202eabc\"").await;
    let id = whole.text_at("/createTask/task/id");
    assert_eq!(ana.reads_task(&id).await.text_at("/task/title"), "😀 \u{202e}abc");
    // The last, as the server hangs up on it.
    let huge = format!("\"{}\"", "x".repeat(300_000));
    assert_eq!(send(&huge).await.status, 413);
});
