//! TLS by the program itself.
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ClientConfig, ProtocolVersion, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tests::{Browser, Folder, Kind, Process, Store, browser::PATIENCE, keeper, process::Launch};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Somebody who vouches for names.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes a certificate for this machine and its key.
    fn vouches(&self, certificate: &Path, key: &Path) {
        let pair = KeyPair::generate().unwrap();
        let signed = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&pair, &self.0).unwrap();
        fs::write(key, pair.serialize_pem()).unwrap();
        fs::write(certificate, signed.pem()).unwrap();
    }

    fn trusted(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    async fn connect(&self, address: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
        let tcp = TcpStream::connect(address).await?;
        let name = ServerName::try_from("127.0.0.1").unwrap();
        TlsConnector::from(Arc::new(self.trusted())).connect(name, tcp).await
    }
}

struct Place {
    folder: Folder,
    redirect: SocketAddr,
    process: Process,
}

impl Place {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }
}

fn serve(store: &Store, authority: &Authority) -> Place {
    let folder = Folder::new();
    let (certificate, key) = (folder.0.join("cert.pem"), folder.0.join("key.pem"));
    authority.vouches(&certificate, &key);
    let redirect = SocketAddr::from(([127, 0, 0, 1], keeper::free_port()));
    let mut launch = Launch::on(&store.url);
    let redirects = redirect.to_string();
    let words = ["--tls-cert", certificate.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    launch.arguments.extend(words.into_iter().chain(["--tls-redirect-listen", &redirects]).map(str::to_owned));
    Place { process: Process::launch(&launch), folder, redirect }
}

async fn get(stream: TlsStream<TcpStream>, path: &str) -> (u16, http::HeaderMap, String) {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get(path).header("host", "127.0.0.1").body(Empty::<bytes::Bytes>::new()).unwrap();
    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn case_97_only_tls_of_today_is_spoken_and_plain_text_is_sent_there() {
    let store = Store::migrated(Kind::Sqlite).await;
    let (authority, stranger) = (Authority::new(), Authority::new());
    let place = serve(&store, &authority);
    let address = place.process.address;

    let stream = authority.connect(address).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let (status, headers, body) = get(stream, "/healthz").await;
    assert_eq!((status, body.as_str()), (200, "alive\n"));
    assert!(headers["strict-transport-security"].to_str().unwrap().contains("max-age="));
    assert!(stranger.connect(address).await.is_err(), "who is not vouched for is not believed");

    // TLS 1.1 is answered by an alert that ends it.
    let mut old = TcpStream::connect(address).await.unwrap();
    old.write_all(&hello(0x02)).await.unwrap();
    let mut alert = [0; 7];
    old.read_exact(&mut alert).await.unwrap();
    assert_eq!((alert[0], alert[5]), (21, 2), "{alert:?}");
    // Plain text at the TLS address gets nowhere.
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!String::from_utf8_lossy(&answer).contains("alive"), "{answer:?}");

    let door = Browser::at(place.redirect);
    for path in ["/healthz", "/graphql?query=%7B__typename%7D", "/board/x"] {
        let sent = door.get(path).await;
        assert_eq!((sent.status, sent.text.as_str()), (308, ""), "{path}");
        assert_eq!(sent.header("location"), format!("https://127.0.0.1:{}{path}", address.port()));
    }
    drop(place);
    store.drop().await;
}

/// The first message of a client that knows no more than TLS 1.0 and this minor version.
fn hello(minor: u8) -> Vec<u8> {
    let mut body = vec![3, minor];
    body.extend([7; 32]);
    body.push(0);
    body.extend([0, 4, 0xc0, 0x13, 0x00, 0x2f]);
    body.extend([1, 0]);
    let mut message = vec![1, 0];
    message.extend((body.len() as u16).to_be_bytes());
    message.extend(&body);
    let mut record = vec![22, 3, 1];
    record.extend((message.len() as u16).to_be_bytes());
    record.extend(message);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_taken_up_and_a_broken_one_is_not() {
    let store = Store::migrated(Kind::Sqlite).await;
    let authority = Authority::new();
    let place = serve(&store, &authority);
    let shown = async || -> CertificateDer<'static> {
        let stream = authority.connect(place.process.address).await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
    };
    let first = shown().await;

    fs::write(place.file("cert.pem"), "no certificate").unwrap();
    place.process.signal("HUP");
    until(|| place.process.log().contains("the old one stays")).await;
    assert_eq!(shown().await, first);

    // Both files are written before it looks, or it says so and looks again.
    authority.vouches(&place.file("cert.pem"), &place.file("key.pem"));
    place.process.signal("HUP");
    until(|| place.process.log().contains("a new TLS certificate is in use")).await;
    assert_ne!(shown().await, first);
    drop(place);
    store.drop().await;
}

async fn until(holds: impl Fn() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < PATIENCE, "it never is");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_may_have_an_address_of_their_own() {
    let store = Store::migrated(Kind::Sqlite).await;
    let apart = SocketAddr::from(([127, 0, 0, 1], keeper::free_port()));
    let process = Process::start(&store.url, &["--metrics-listen", &apart.to_string()]);

    let (here, there) = (process.stranger().get("/metrics").await, Browser::at(apart).get("/metrics").await);

    assert!(!here.text.contains("huddle_sockets"), "{here}");
    assert!(there.text.contains("huddle_sockets"), "{there}");
    assert_eq!(Browser::at(apart).get("/readyz").await.status, 200);
    assert_eq!(Browser::at(apart).get("/graphql").await.status, 404);
    drop(process);
    store.drop().await;
}
