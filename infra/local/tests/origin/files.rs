//! The files of the web app.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;

use local::BoxError;
use local::origin::files::{HEADERS, router};
use tempfile::TempDir;
use testkit::wire::{get, send, serve};

/// A folder with a web app in it and a secret beside it.
async fn web_app() -> Result<(TempDir, SocketAddr), BoxError> {
    let folder = tempfile::tempdir()?;
    let web = folder.path().join("web");
    fs::create_dir_all(web.join("assets"))?;
    fs::write(web.join("index.html"), "<p>landing</p>")?;
    fs::write(web.join("app.html"), "<p>app</p>")?;
    fs::write(web.join("404.html"), "<p>nowhere</p>")?;
    fs::create_dir_all(web.join("gpus/h100-sxm"))?;
    fs::write(web.join("gpus/index.html"), "<p>every GPU</p>")?;
    fs::write(web.join("gpus/h100-sxm/index.html"), "<p>H100 SXM</p>")?;
    fs::write(web.join("assets/app one.js"), "start()")?;
    fs::write(web.join("assets/long.css"), long())?;
    fs::write(web.join(".env"), "secret")?;
    fs::write(folder.path().join("secret.txt"), "secret")?;
    symlink(folder.path().join("secret.txt"), web.join("linked.txt"))?;
    let address = serve(router(web)).await?;
    Ok((folder, address))
}

/// A text that is worth compressing.
fn long() -> String {
    "p { margin: 0 }\n".repeat(100)
}

#[tokio::test]
async fn an_asset_is_kept_for_ever_and_carries_the_guarding_headers() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let answer = get(address, "/assets/app%20one.js?v=1").await?;
    assert_eq!((answer.status, answer.body.as_str()), (200, "start()"));
    assert_eq!(answer.header("content-type"), ["text/javascript; charset=utf-8"]);
    assert_eq!(answer.header("cache-control"), ["public, max-age=31536000, immutable"]);
    for (name, value) in HEADERS {
        assert_eq!(answer.header(name), [value]);
    }
    Ok(())
}

#[tokio::test]
async fn the_root_is_the_landing_page_and_a_path_without_a_dot_the_consoles() -> Result<(), BoxError>
{
    let (_folder, address) = web_app().await?;
    let landing = get(address, "/?plan=pro").await?;
    assert_eq!((landing.status, landing.body.as_str()), (200, "<p>landing</p>"));
    assert_eq!(landing.header("cache-control"), ["no-cache"]);
    for path in
        ["/login", "/activate?token=a.b", "/pods/pod_1", "/pods/a.b/", "/offers/", "/clouds"]
    {
        let answer = get(address, path).await?;
        assert_eq!((answer.status, answer.body.as_str()), (200, "<p>app</p>"), "{path}");
        assert_eq!(answer.header("content-type"), ["text/html; charset=utf-8"], "{path}");
        assert_eq!(answer.header("cache-control"), ["no-cache"], "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn each_gpu_has_a_page_of_its_own_and_what_is_no_gpu_is_a_404() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let pages = [("/gpus", "<p>every GPU</p>"), ("/gpus/h100-sxm", "<p>H100 SXM</p>")];
    for (path, body) in pages {
        for path in [path.to_owned(), format!("{path}/"), format!("{path}?a=b.c")] {
            let answer = get(address, &path).await?;
            assert_eq!((answer.status, answer.body.as_str()), (200, body), "{path}");
            assert_eq!(answer.header("content-type"), ["text/html; charset=utf-8"], "{path}");
            assert_eq!(answer.header("cache-control"), ["no-cache"], "{path}");
        }
    }
    for path in ["/gpus/h100-sxl/", "/gpus/h100-sxm/more", "/gpusx", "/gpus/h100-sxm/more/"] {
        let answer = get(address, path).await?;
        assert_eq!((answer.status, answer.body.as_str()), (404, "<p>nowhere</p>"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_that_the_console_does_not_have_is_its_page_all_the_same_and_a_404()
-> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    for path in ["/nowhere", "/assets", "/pods/pod_1/more", "/review", "/review/", "/404.html"] {
        let answer = get(address, path).await?;
        assert_eq!((answer.status, answer.body.as_str()), (404, "<p>nowhere</p>"), "{path}");
        assert_eq!(answer.header("content-type"), ["text/html; charset=utf-8"], "{path}");
        assert_eq!(answer.header("cache-control"), ["no-cache"], "{path}");
        for (name, value) in HEADERS {
            assert_eq!(answer.header(name), [value], "{path}");
        }
    }
    let tag = get(address, "/nowhere").await?.header("etag").concat();
    let known = format!("if-none-match: {tag}");
    let lines = ["GET /nowhere HTTP/1.1", "host: localhost", &known];
    assert_eq!(send(address, &lines, "").await?.status, 304);
    Ok(())
}

#[tokio::test]
async fn a_missing_file_is_no_page_and_is_asked_for_again() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    for path in ["/gone.txt", "/assets/", "/assets/gone", "/assets/gone.js"] {
        let answer = get(address, path).await?;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), ["no-cache"], "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_long_text_is_compressed_for_who_can_read_that() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let plain = get(address, "/assets/long.css").await?;
    assert_eq!(plain.body, long());
    assert_eq!(plain.header("vary"), ["accept-encoding"]);
    let ask = |path: &str| format!("HEAD {path} HTTP/1.1");
    let lines = [&ask("/assets/long.css"), "host: localhost", "accept-encoding: br, gzip"];
    let compressed = send(address, &lines, "").await?;
    assert_eq!(compressed.header("content-encoding"), ["gzip"]);
    assert_eq!(compressed.header("etag"), plain.header("etag"));
    let bytes: usize = compressed.header("content-length").concat().parse()?;
    assert!(bytes < plain.body.len() / 2, "{bytes} bytes");

    let lines = [&ask("/"), "host: localhost", "accept-encoding: gzip"];
    let short = send(address, &lines, "").await?;
    assert!(short.header("content-encoding").is_empty() && short.header("vary").is_empty());
    Ok(())
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder_or_to_a_hidden_file() -> Result<(), BoxError> {
    let (folder, address) = web_app().await?;
    let absolute = format!("/{}", folder.path().join("secret.txt").display());
    let paths = [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/.env",
        "/%2eenv",
        "/linked.txt",
        "/secret.txt%00.js",
        "/%zz.js",
        "/%",
        &absolute,
    ];
    for path in paths {
        let answer = get(address, path).await?;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("secret"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() -> Result<(), BoxError> {
    let (folder, address) = web_app().await?;
    let tag = get(address, "/").await?.header("etag").concat();
    let known = format!("if-none-match: \"other\", {tag}");
    let lines = ["GET / HTTP/1.1", "host: localhost", &known];
    let unchanged = send(address, &lines, "").await?;
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));

    fs::write(folder.path().join("web/index.html"), "<p>new</p>")?;
    let changed = send(address, &lines, "").await?;
    assert_eq!((changed.status, changed.body.as_str()), (200, "<p>new</p>"));
    Ok(())
}

#[tokio::test]
async fn a_head_request_tells_the_length_without_the_body() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let answer = send(address, &["HEAD / HTTP/1.1", "host: localhost"], "").await?;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("content-length"), ["14"]);
    Ok(())
}

#[tokio::test]
async fn a_file_cannot_be_written() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let answer = send(address, &["PUT /index.html HTTP/1.1", "host: localhost"], "x").await?;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), ["GET, HEAD"]);
    Ok(())
}
