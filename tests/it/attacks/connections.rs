//! Somebody opens connections and sends nothing, or almost nothing, so that nobody else gets one.

use std::net::SocketAddr;
use std::time::Duration;

use consigne::app::site_settings;
use consigne::http::serving::{Connections, serve};
use consigne::http::{Site, router};
use consigne::locker::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::on_both_pairs;
use crate::world::{Pair, World};

/// The world's site behind a door of its own.
struct Entry {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

impl Entry {
    async fn open(world: &World, limits: Connections) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Site::new(world.lockers.clone(), site_settings(&world.config, true));
        let (stop, stopped) = watch::channel(false);
        let served = tokio::spawn(serve(listener, router(site), limits, stopped));
        Self { address, stop, served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A request on a connection of its own, to the end of the answer.
    async fn asks(&self) -> String {
        let mut stream = self.connect().await;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        read_to_end(&mut stream).await
    }
}

/// What comes until the other side closes. An abrupt end is an end.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut all)).await;
    let _ = read.expect("the connection is held for ever");
    String::from_utf8_lossy(&all).into_owned()
}

const SHORT: Connections =
    Connections { at_once: 4, head: Duration::from_millis(300), idle: Duration::from_millis(300) };

on_both_pairs! {
    /// A head that comes letter by letter, one that never ends, none at all, none after the first.
    async fn who_sends_no_request_is_let_go(pair) {
        let world = World::new(pair).await;
        let entry = Entry::open(&world, SHORT).await;
        let mut silent = entry.connect().await;
        assert_eq!(read_to_end(&mut silent).await, "");

        let mut half = entry.connect().await;
        half.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ").await.unwrap();
        assert_eq!(read_to_end(&mut half).await, "");

        let mut slow = entry.connect().await;
        let mut sent = 0;
        while slow.write_all(b"G").await.is_ok() && sent < 1_000 {
            sent += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(sent < 1_000, "it may go on for ever, a letter at a time");

        let mut resting = entry.connect().await;
        resting.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let answer = read_to_end(&mut resting).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");

        // The next head on a connection that has served has its time too, and no more.
        let mut again = entry.connect().await;
        for _ in 0..2 {
            again.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            let mut some = [0; 4096];
            let read = again.read(&mut some).await.unwrap();
            assert!(some[..read].starts_with(b"HTTP/1.1 200"));
        }
        again.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
        assert_eq!(read_to_end(&mut again).await, "");
        assert!(entry.asks().await.starts_with("HTTP/1.1 200"));
    }

    /// Many more connections than are held at once, by somebody who waits as long as it takes.
    async fn a_flood_of_connections_keeps_nobody_out(pair) {
        let world = World::new(pair).await;
        let hours = Duration::from_secs(3600);
        let entry = Entry::open(&world, Connections { at_once: 4, head: hours, idle: hours }).await;
        let mut flood = Vec::new();
        for nth in 0..40 {
            let mut stream = entry.connect().await;
            if nth % 2 == 0 {
                stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
            }
            flood.push(stream);
            if nth % 10 == 9 {
                assert!(entry.asks().await.starts_with("HTTP/1.1 200"));
            }
        }
        assert!(entry.asks().await.starts_with("HTTP/1.1 200"));
        // The first of the flood have made way.
        assert_eq!(read_to_end(&mut flood[0]).await, "");
    }

    /// A form of which the end never comes, and one of fifty megabytes, by somebody who is not signed in.
    async fn a_form_is_small_and_comes_in_time(pair) {
        let hours = Duration::from_secs(3600);
        let limits = Limits { body_idle: Duration::from_millis(400), ..Limits::default() };
        // With ordinary limits, the large one is refused for its size alone.
        for (limits, sent, announced) in [(limits, 10, 1_000), (Limits::default(), 200_000, 50_000_000)] {
            let world = World::with(pair, limits).await;
            let entry = Entry::open(&world, Connections { at_once: 4, head: hours, idle: hours }).await;
            let origin = world.anonymous().base;
            let mut form = entry.connect().await;
            let head = format!(
                "POST /consigne/ouvrir HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nConnection: close\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {announced}\r\n\r\n",
                origin.trim_start_matches("http://"),
            );
            form.write_all(head.as_bytes()).await.unwrap();
            // Whoever is refused at once may not take the rest.
            let _ = form.write_all(&vec![b'a'; sent]).await;
            let answer = read_to_end(&mut form).await;
            assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
        }
    }

    /// What is under way is never cut to make room: a deposit that comes slowly, while others knock.
    async fn a_deposit_under_way_makes_no_way_and_outlives_the_stop(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let hours = Duration::from_secs(3600);
        let entry = Entry::open(&world, Connections { at_once: 2, head: hours, idle: hours }).await;
        let cookies: Vec<_> = lucie.client.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        let origin = lucie.client.base.clone();
        let body = "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n\
            {\"title\":\"Bail\",\"kind\":\"logement.bail\"}\r\n--b\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n\r\nle bail\r\n--b--\r\n";
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n",
            lucie.path("/documents"), origin.trim_start_matches("http://"), cookies.join("; "), body.len(),
        );
        let mut deposit = entry.connect().await;
        let (begins, ends) = body.split_at(body.len() - 12);
        deposit.write_all(format!("{head}{begins}").as_bytes()).await.unwrap();
        let mut raw = world.raw().await;
        while raw.count("under_way").await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut flood = Vec::new();
        for _ in 0..10 {
            flood.push(entry.connect().await);
            assert!(entry.asks().await.starts_with("HTTP/1.1 200"));
        }

        entry.stop.send(true).unwrap();
        drop(flood);
        while TcpStream::connect(entry.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(!entry.served.is_finished(), "what is under way is waited for");
        deposit.write_all(ends.as_bytes()).await.unwrap();
        let answer = read_to_end(&mut deposit).await;
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        entry.served.await.unwrap();
        assert_eq!(lucie.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    }

    /// Somebody reads slowly (a phone on a bad line). When the last of the answer is in the buffers of the library, the
    /// connection counts as resting, and makes way for whoever knocks: the paper is cut in the middle.
    async fn a_slow_reader_is_not_cut_to_make_room(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let size = 8 << 20;
        let mut content = b"texte\n".to_vec();
        content.resize(size, b'a');
        let id = lucie.deposit("Bail", "logement.bail", &content).await;
        let hours = Duration::from_secs(3600);
        let entry = Entry::open(&world, Connections { at_once: 2, head: hours, idle: hours }).await;
        let cookies: Vec<_> = lucie.client.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        let origin = lucie.client.base.clone();
        let head = format!(
            "GET {}/documents/{id}/content HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: keep-alive\r\n\r\n",
            lucie.path(""), origin.trim_start_matches("http://"), cookies.join("; "),
        );
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(8192).unwrap();
        let mut reader = socket.connect(entry.address).await.unwrap();
        reader.write_all(head.as_bytes()).await.unwrap();
        let mut got = Vec::new();
        let mut some = vec![0; 16 * 1024];
        let mut flood = std::collections::VecDeque::new();
        let mut whole = None;
        loop {
            if got.len() % (1 << 18) < 16 * 1024 {
                flood.push_back(entry.connect().await);
            }
            if flood.len() > 8 {
                flood.pop_front();
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
            let read = tokio::time::timeout(Duration::from_secs(20), reader.read(&mut some)).await;
            match read.expect("nothing comes any more") {
                Ok(0) | Err(_) => break,
                Ok(read) => got.extend_from_slice(&some[..read]),
            }
            if whole.is_none() && let Some(at) = got.windows(4).position(|four| four == b"\r\n\r\n") {
                assert!(got.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&got[..at]));
                whole = Some(at + 4 + size);
            }
            if whole.is_some_and(|whole| got.len() >= whole) {
                break;
            }
        }
        let journal = lucie.trail().await;
        assert_eq!(Some(got.len()), whole, "cut in the middle of an answer; the journal says {:?}", journal.last());
    }

    /// The same flood, faster: whoever needs a tenth of a second from connection to head (a phone) is soon the one who
    /// has waited longest, and makes way for the flood. With 800 places: 8000 connections a second from one address, or 1400 for
    /// a line that takes 0.6 s.
    async fn a_fast_flood_keeps_nobody_on_a_slow_line_out(pair) {
        let world = World::new(pair).await;
        let hours = Duration::from_secs(3600);
        let entry = Entry::open(&world, Connections { at_once: 8, head: hours, idle: hours }).await;
        let address = entry.address;
        let flood = tokio::spawn(async move {
            let mut held = std::collections::VecDeque::new();
            loop {
                // From an address of its own.
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
                if let Ok(stream) = socket.connect(address).await {
                    held.push_back(stream);
                }
                if held.len() > 64 {
                    held.pop_front();
                }
                tokio::time::sleep(Duration::from_millis(4)).await;
            }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut came_in = 0;
        for _ in 0..10 {
            let mut phone = entry.connect().await;
            tokio::time::sleep(Duration::from_millis(100)).await;
            let _ = phone.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
            came_in += u32::from(read_to_end(&mut phone).await.starts_with("HTTP/1.1 200"));
        }
        flood.abort();
        assert!(came_in >= 8, "{came_in} of 10");
    }

    /// A head of 400 kB that does not end is kept, 10 seconds, on each of 800 connections: 330 MB for a stranger.
    async fn heads_that_do_not_end_are_not_held(pair) {
        let world = World::new(pair).await;
        let hours = Duration::from_secs(3600);
        let entry = Entry::open(&world, Connections { at_once: 4, head: hours, idle: hours }).await;
        let mut big = entry.connect().await;
        big.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ").await.unwrap();
        for _ in 0..40 {
            if big.write_all(&[b'a'; 10_000]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut some = [0; 1024];
        let answer = tokio::time::timeout(Duration::from_secs(1), big.read(&mut some)).await;
        assert!(answer.is_ok(), "400 kB of a head are held, and more is waited for");
    }

    /// A request that comes on a resting connection at the moment when that makes way: it is begun, written into the
    /// journal, and dropped.
    async fn a_request_that_is_begun_is_answered(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let hours = Duration::from_secs(3600);
        let entry = Entry::open(&world, Connections { at_once: 1, head: hours, idle: hours }).await;
        let cookies: Vec<_> = lucie.client.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        let origin = lucie.client.base.clone();
        let ask = format!(
            "GET {}/documents HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            lucie.path(""), origin.trim_start_matches("http://"), cookies.join("; "),
        );
        let mut answered = 0;
        for _ in 0..60 {
            let mut resting = entry.connect().await;
            let mut some = [0; 8192];
            resting.write_all(ask.as_bytes()).await.unwrap();
            let read = resting.read(&mut some).await.unwrap();
            assert!(some[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&some[..read]));
            answered += 1;
            tokio::time::sleep(Duration::from_millis(5)).await;
            let (other, written) = tokio::join!(TcpStream::connect(entry.address), resting.write_all(ask.as_bytes()));
            written.unwrap();
            if resting.read(&mut some).await.is_ok_and(|read| read > 0) {
                answered += 1;
            }
            drop((resting, other));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let told = lucie.trail().await.iter().filter(|line| *line == "document.list done").count();
        assert_eq!(told, answered, "in the journal, and answered");
    }
}
