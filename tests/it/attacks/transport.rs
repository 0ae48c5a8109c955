//! Lines that are drawn out, other sites, proxies that nobody trusts, and what a browser is told.
use api::Config;
use futures_util::future::join_all;
use http::{Method, header};
use serde_json::json;
use std::{net::SocketAddr, time::Duration};
use tests::{Answer, Kind, Kit, Person, kit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const VIEWER: &str = "query V { viewer { isDisplay } }";

async fn kit_with(config: Config) -> Kit {
    Kit::start_with(Kind::Sqlite, api::Clock::set_to(kit::morning()), config).await
}

/// What comes back before the line is closed, which it is within ten seconds and a little more.
async fn dropped(address: SocketAddr, sent: &[u8]) -> String {
    let mut line = TcpStream::connect(address).await.unwrap();
    let mut answer = Vec::new();
    let all = async {
        // It may be dropped before it has been told all.
        let _ = line.write_all(sent).await;
        line.read_to_end(&mut answer).await
    };
    let done = tokio::time::timeout(Duration::from_secs(20), all).await;
    // A reset is an end as well.
    let _ = done.unwrap_or_else(|_| panic!("still open"));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_65_a_line_that_is_drawn_out_is_dropped() {
    let kit = Kit::start(Kind::Sqlite).await;
    let body = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

    let (nothing, head, body) = tokio::join!(
        dropped(kit.address, b""),
        dropped(kit.address, b"GET / HTTP/1.1\r\nHost: x\r\nX: "),
        dropped(kit.address, body),
    );

    assert!(nothing.is_empty(), "{nothing}");
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_65_a_head_without_end_is_refused() {
    let kit = Kit::start(Kind::Sqlite).await;
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(5_000));
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "b".repeat(1_000_000));

    for head in [many, long] {
        let answer = dropped(kit.address, head.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    kit.end().await;
}

/// The session's cookie, and where a browser would send it from.
async fn with_cookie(kit: &Kit, ana: &Person, origin: Option<&str>, query: &str) -> Answer {
    let request = kit.stranger().request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::COOKIE, format!("huddle_session={}", ana.token()));
    let request = match origin {
        Some(origin) => request.header(header::ORIGIN, origin),
        None => request,
    };
    kit.stranger().send(request, &json!({ "query": query }).to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn case_36_70_another_site_may_not_act_and_reads_nothing() {
    let config = Config { allowed_origins: vec!["https://intranet.example".to_owned()], ..kit::config() };
    let kit = kit_with(config).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let own = format!("http://{}", kit.address);
    let query = json!({ "query": VIEWER }).to_string();

    for origin in [None, Some(own.as_str()), Some("https://intranet.example")] {
        assert_eq!(with_cookie(&kit, &ana, origin, VIEWER).await.at("/viewer/isDisplay"), false, "{origin:?}");
    }
    let foreign =
        ["https://evil.example", "null", &format!("{own}.evil.example"), "https://intranet.example.evil.test"];
    for origin in foreign {
        let answer = with_cookie(&kit, &ana, Some(origin), VIEWER).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, ""), "{origin}");
        // Without a cookie as well: signing somebody in from elsewhere would be an attack too.
        let request = kit.stranger().request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
        let answer = kit.stranger().send(request.header(header::ORIGIN, origin), &query).await;
        assert_eq!(answer.status, 403, "{origin}");
    }
    // A program names itself.
    let program = kit.integration("Warehouse").await;
    let request = program.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    let answer = program.send(request.header(header::ORIGIN, "https://evil.example"), &query).await;
    assert_eq!(answer.at("/viewer/isDisplay"), false);
    // Nobody is told that they may ask.
    let request = kit.stranger().request(Method::OPTIONS, "/graphql").header(header::ORIGIN, "https://evil.example");
    let asked = kit.stranger().send(request.header("access-control-request-method", "POST"), "").await;
    assert_eq!(asked.status, 405);
    assert!(!asked.headers.keys().any(|name| name.as_str().starts_with("access-control")), "{:?}", asked.headers);
    kit.end().await;
}

async fn signs_in(kit: &Kit, headers: &[(&str, &str)]) -> Answer {
    let (_, email) = kit.hires("Ben", entity::staff::StaffRole::Nurse, &["Cedar"]).await;
    let mut request = kit.stranger().request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let document = "mutation In($i: SignInInput!) { signIn(input: $i) { token } }";
    let variables = json!({ "i": { "email": email, "password": kit::PASSWORD } });
    kit.stranger().send(request, &json!({ "query": document, "variables": variables }).to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_trusted_proxy_is_believed() {
    let forwarded = [("x-forwarded-proto", "https"), ("x-forwarded-for", "203.0.113.7, 10.0.0.2")];
    let kit = kit_with(kit::config()).await;

    let unbelieved = signs_in(&kit, &forwarded).await;

    assert!(unbelieved.header("set-cookie").starts_with("huddle_session="), "{}", unbelieved.header("set-cookie"));
    assert!(!unbelieved.header("set-cookie").contains("Secure"));
    assert_eq!(unbelieved.header("strict-transport-security"), "");
    kit.end().await;

    let trusted = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    let kit = kit_with(Config { trusted_proxies: trusted, ..kit::config() }).await;
    let believed = signs_in(&kit, &forwarded).await;
    let cookie = believed.header("set-cookie");
    assert!(cookie.starts_with("__Host-huddle_session=") && cookie.contains("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/;") && !cookie.contains("Domain"), "{cookie}");
    assert!(believed.header("strict-transport-security").contains("max-age="));
    // The cookie's name without TLS is not taken over TLS: another host could have set it.
    let token = believed.text_at("/signIn/token");
    for (name, status) in [("__Host-huddle_session", "false"), ("huddle_session", "UNAUTHENTICATED")] {
        let request = kit.stranger().request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
        let request = request.header("x-forwarded-proto", "https").header(header::COOKIE, format!("{name}={token}"));
        let answer = kit.stranger().send(request, &json!({ "query": VIEWER }).to_string()).await;
        assert!(answer.text.contains(status), "{name}: {answer}");
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hides_behind_a_trusted_proxy_is_told_apart_and_cannot_make_up_another() {
    let trusted = vec!["127.0.0.0/8".parse().unwrap()];
    let budgets = api::config::Budgets { address: Some(10), ..Default::default() };
    let kit = kit_with(Config { trusted_proxies: trusted, budgets, ..kit::config() }).await;
    let ask = async |forwarded: &str| {
        let browser = kit.stranger().with_token("hdl_nothing");
        let request = browser.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
        let request = request.header("x-forwarded-for", forwarded);
        browser.send(request, &json!({ "query": VIEWER }).to_string()).await.status
    };

    let mut asked = 0;
    // Whatever the guesser writes before it, the proxy adds where it comes from.
    while ask(&format!("198.51.100.{asked}, 203.0.113.7")).await != 429 {
        asked += 1;
        assert!(asked < 100, "made-up addresses are believed");
    }
    assert_eq!(ask("203.0.113.8").await, 200, "a neighbour is another");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_73_a_page_runs_nothing_but_its_own_and_is_kept_nowhere() {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;

    let (one, two) = (kit.stranger().get("/").await, kit.stranger().get("/board/x").await);
    for page in [&one, &two] {
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(nonce.len() >= 20 && page.text.contains(&format!("nonce=\"{nonce}\"")), "{policy}");
        assert!(!page.text.contains("HUDDLE_NONCE"));
        assert_eq!((page.header("cache-control"), page.header("etag")), ("no-store", ""));
    }
    assert_ne!(one.header("content-security-policy"), two.header("content-security-policy"), "a nonce is used once");
    assert_eq!(kit.stranger().get("/index.html").await.header("cache-control"), "no-store");
    for answer in [one, ana.ask(VIEWER, json!({})).await, kit.stranger().get("/nothing.js").await] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
    }
    for method in [Method::POST, Method::PUT, Method::OPTIONS] {
        assert_eq!(kit.stranger().send(kit.stranger().request(method, "/"), "").await.status, 405);
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_64_searches_that_match_all_do_not_starve_the_others() {
    let kit = Kit::start(Kind::Postgres).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let eva = kit.manager("Eva").await;
    for n in 0..20 {
        kit.patient(&format!("Rosa Diaz{n}"), "Cedar").await;
    }
    let dear = "query S { patients(first: 200, filter: { search: \"%_%_%_%\" }) { totalCount nodes { id } } }";

    let searches = join_all((0..50).map(|_| eva.ask(dear, json!({}))));
    let cheap = async {
        for _ in 0..20 {
            ana.ask(VIEWER, json!({})).await.data();
        }
    };
    let (searched, ()) = tokio::join!(searches, cheap);

    for answer in searched {
        // Wildcards are letters that nobody's name has. How long a statement may take is tested with the database.
        assert!(answer.body["errors"].is_null() || answer.code() == "UNAVAILABLE", "{answer}");
    }
    kit.end().await;
}
