//! The distribution of `template.yaml`, as the local AWS serves it, answers as our own origin does.
//!
//! Its API and its WebSockets are not tried: the local AWS reaches no API through a distribution.

use std::fs;
use std::net::SocketAddr;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use local::BoxError;
use local::origin::files::{HEADERS, router};
use tempfile::TempDir;
use testkit::Stack;
use testkit::wire::{Answer, send, serve};

const FILES: [(&str, &str); 7] = [
    ("index.html", "<p>landing</p>"),
    ("app.html", "<p>app</p>"),
    ("404.html", "<p>nowhere</p>"),
    ("assets/app-1a2b.js", "start()"),
    ("gpus/index.html", "<p>every GPU</p>"),
    ("gpus/h100-sxm/index.html", "<p>H100 SXM</p>"),
    ("robots.txt", "User-agent: *"),
];

/// One web app, on our own origin and behind the distribution.
struct Twins {
    _folder: TempDir,
    ours: SocketAddr,
    aws: SocketAddr,
    domain: String,
}

impl Twins {
    async fn publish() -> Result<Self, BoxError> {
        let stack = Stack::from_env()?;
        let s3 = aws_sdk_s3::Client::from_conf(
            aws_sdk_s3::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .endpoint_url(&stack.endpoint)
                .region(Region::new("us-east-1"))
                .credentials_provider(Credentials::new("test", "test", None, None, "edge"))
                .force_path_style(true)
                .build(),
        );
        let folder = tempfile::tempdir()?;
        for folders in ["assets", "gpus/h100-sxm"] {
            fs::create_dir_all(folder.path().join(folders))?;
        }
        for (name, content) in FILES {
            fs::write(folder.path().join(name), content)?;
            let put = s3.put_object().bucket(stack.output("WebBucket")?).key(name);
            put.body(content.as_bytes().to_vec().into()).send().await?;
        }
        let ours = serve(router(folder.path().to_owned())).await?;
        let aws = stack.endpoint.trim_start_matches("http://").parse()?;
        let domain = stack.output("WebDomain")?.to_owned();
        Ok(Self { _folder: folder, ours, aws, domain })
    }

    /// Our own answer, and the distribution's.
    async fn ask(&self, line: &str, scheme: &str) -> Result<(Answer, Answer), BoxError> {
        let lines = [
            &format!("{line} HTTP/1.1"),
            &format!("host: {}", self.domain),
            &format!("x-forwarded-proto: {scheme}"),
        ];
        let lines = lines.map(String::as_str);
        Ok((send(self.ours, &lines, "").await?, send(self.aws, &lines, "").await?))
    }
}

#[tokio::test]
async fn every_path_is_the_same_file_with_the_same_guarding_headers() -> Result<(), BoxError> {
    let twins = Twins::publish().await?;
    let paths = ["/", "/login", "/pods/pod_1", "/activate?token=a.b", "/pods/a.b/", "/offers/"];
    let gpus = ["/gpus", "/gpus/", "/gpus/h100-sxm", "/gpus/h100-sxm/?a=b.c"];
    let files = ["/index.html", "/app.html", "/assets/app-1a2b.js", "/robots.txt?v=1"];
    for path in paths.into_iter().chain(gpus).chain(files) {
        let (ours, aws) = twins.ask(&format!("GET {path}"), "https").await?;
        assert_eq!((aws.status, &aws.body), (200, &ours.body), "{path}");
        for (name, value) in HEADERS {
            assert_eq!((ours.header(name), aws.header(name)), (vec![value], vec![value]), "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_page_that_the_console_does_not_have_is_the_same_404() -> Result<(), BoxError> {
    let twins = Twins::publish().await?;
    let gpus = ["/gpus/h100-sxl/", "/gpus/h100-sxm/more"];
    let others = ["/nowhere", "/assets", "/pods/pod_1/more", "/review/", "/404.html"];
    for path in others.into_iter().chain(gpus) {
        let (ours, aws) = twins.ask(&format!("GET {path}"), "https").await?;
        assert_eq!((aws.status, &aws.body), (404, &ours.body), "{path}");
        assert_eq!((ours.status, ours.body.as_str()), (404, "<p>nowhere</p>"), "{path}");
        for (name, value) in HEADERS {
            assert_eq!((ours.header(name), aws.header(name)), (vec![value], vec![value]), "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_missing_or_not_to_be_read_is_refused() -> Result<(), BoxError> {
    let twins = Twins::publish().await?;
    // On AWS a missing file is a 404: the local one does not ask whether it may be listed.
    for line in ["GET /gone.txt", "GET /assets/gone", "PUT /index.html", "DELETE /index.html"] {
        let (ours, aws) = twins.ask(line, "https").await?;
        assert!([404, 405].contains(&ours.status), "{line}: {}", ours.status);
        assert_eq!(aws.status, 403, "{line}");
    }
    let (_, unsafe_line) = twins.ask("GET /login", "http").await?;
    assert_eq!(unsafe_line.status, 301);
    assert_eq!(unsafe_line.header("location"), [format!("https://{}/login", twins.domain)]);
    Ok(())
}

#[tokio::test]
async fn nobody_reads_the_bucket_itself() -> Result<(), BoxError> {
    let twins = Twins::publish().await?;
    let bucket = Stack::from_env()?.output("WebBucket")?.to_owned();
    let line = format!("GET /{bucket}/index.html HTTP/1.1");
    let answer = send(twins.aws, &[&line, "host: localhost"], "").await?;
    assert_eq!(answer.status, 403, "{}", answer.body);
    Ok(())
}
