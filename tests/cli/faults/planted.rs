//! What a stranger puts into a folder that others can write to, for us to find: never followed, read as a token, waited for
//! or written through. Only root can play two users.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::super::support::{Outcome, Run, Sandbox, StubHub};
use super::users::{NOBODY, hf_as_nobody, nobodys_sandbox, roots_sandbox};
use super::{COMMANDS, TOKEN, hub_that_knows_carol, is_one_error_about};

const STRANGER: u32 = 54_322;
const PLANTED: &str = "hf_test_planted_0123456789";
/// The planted content, good for each of the files.
const SECTION: &str = "[laptop]\nhf_token = hf_test_planted_0123456789\n\n";
/// The files, and the commands that have to do with each.
const FILES: [(&str, &[usize]); 3] = [
    ("token", &[0, 1, 2, 4, 5, 6]),
    ("stored_tokens", &[0, 1, 2, 3, 4]),
    ("stored_tokens.lock", &[0, 1, 2, 3]),
];

/// Who we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum We {
    AreRoot,
    AreNobody,
}

impl We {
    fn sandbox(self) -> Sandbox {
        match self {
            We::AreNobody => nobodys_sandbox(),
            We::AreRoot => roots_sandbox(),
        }
    }

    fn uid(self) -> u32 {
        match self {
            We::AreRoot => 0,
            We::AreNobody => NOBODY,
        }
    }

    fn hf(self, sandbox: &Sandbox, command: &[&str]) -> Run {
        match self {
            We::AreRoot => sandbox.hf(command),
            We::AreNobody => hf_as_nobody(sandbox, ":", command),
        }
    }
}

/// What a stranger can make of a path; the last one is a file of the same stranger's elsewhere.
type Plant = (&'static str, fn(&Path, &Path));

const PLANTS: [Plant; 6] = [
    ("a link", |path, theirs| {
        symlink(theirs, path).unwrap();
        give_to_stranger(path);
    }),
    ("a link", |path, theirs| {
        // Ours leads to theirs.
        let between = path.with_file_name("between");
        symlink(theirs, &between).unwrap();
        give_to_stranger(&between);
        symlink("between", path).unwrap();
    }),
    ("a link", |path, _| {
        // Theirs leads to ours.
        let ours = path.with_file_name("ours");
        fs::write(&ours, SECTION).unwrap();
        symlink("ours", path).unwrap();
        give_to_stranger(path);
    }),
    ("a pipe", |path, _| {
        run("mkfifo", path, &[]);
        give_to_stranger(path);
    }),
    ("a device or socket", |path, _| {
        run("mknod", path, &["c", "1", "5"]);
        give_to_stranger(path);
    }),
    ("a hard link", |path, theirs| fs::hard_link(theirs, path).unwrap()),
];

fn run(program: &str, path: &Path, arguments: &[&str]) {
    let made = std::process::Command::new(program).arg(path).args(arguments).status();
    assert!(made.unwrap().success());
}

fn give_to_stranger(path: &Path) {
    lchown(path, Some(STRANGER), Some(STRANGER)).unwrap();
}

/// A store of ours with something planted in one place, in a folder of this owner and mode.
struct Scene {
    sandbox: Sandbox,
    theirs: PathBuf,
}

impl Scene {
    fn new(we: We, (owner, mode): (u32, u32)) -> Self {
        let sandbox = we.sandbox();
        sandbox.store(&[("laptop", TOKEN)]);
        sandbox.activate(TOKEN);
        for file in ["token", "stored_tokens"] {
            chown(sandbox.path(file), Some(we.uid()), None).unwrap();
        }
        chown(sandbox.hf_home(), Some(owner), Some(STRANGER)).unwrap();
        fs::set_permissions(sandbox.hf_home(), Permissions::from_mode(mode)).unwrap();
        let elsewhere = sandbox.root().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::set_permissions(&elsewhere, Permissions::from_mode(0o777)).unwrap();
        let theirs = elsewhere.join("theirs");
        fs::write(&theirs, SECTION).unwrap();
        fs::set_permissions(&theirs, Permissions::from_mode(0o666)).unwrap();
        give_to_stranger(&theirs);
        Scene { sandbox, theirs }
    }

    fn plant(&self, file: &str, plant: fn(&Path, &Path)) {
        let _ = fs::remove_file(self.sandbox.path(file));
        plant(&self.sandbox.path(file), &self.theirs);
    }
}

/// The folders in which a stranger can put things, by owner and mode.
fn open_folders(we: We) -> Vec<(u32, u32)> {
    match we {
        We::AreRoot => vec![(0, 0o1777), (0, 0o775), (STRANGER, 0o755)],
        We::AreNobody => vec![(0, 0o1777), (NOBODY, 0o775)],
    }
}

#[track_caller]
fn is_refused(outcome: &Outcome, sandbox: &Sandbox, file: &str, kind: &str, case: &str) {
    assert_eq!(outcome.status, 1, "{case}: {outcome:?}");
    is_one_error_about(outcome, sandbox.path(file).to_str().unwrap());
    outcome.nowhere(PLANTED);
    outcome.stderr_has(&format!(
        " is {kind} that belongs to user {STRANGER}, and others can write to its folder.\n"
    ));
    assert!(outcome.elapsed < Duration::from_secs(10), "{case}: {outcome:?}");
}

#[test]
#[ignore = "needs root, to be two users"]
fn what_a_stranger_has_planted_is_named_and_left_alone() {
    let hub: &StubHub = &hub_that_knows_carol();
    for we in [We::AreRoot, We::AreNobody] {
        thread::scope(|scope| {
            for folder in open_folders(we) {
                scope.spawn(move || every_plant(we, folder, hub));
            }
        });
    }
}

fn every_plant(we: We, folder: (u32, u32), hub: &StubHub) {
    for (kind, plant) in PLANTS {
        for (file, commands) in FILES {
            let scene = Scene::new(we, folder);
            // Never through a link, whoever made it.
            if file == "stored_tokens.lock" && kind == "a link" {
                continue;
            }
            scene.plant(file, plant);
            let before = scene.sandbox.listing();
            for command in commands.iter().map(|number| COMMANDS[*number]) {
                let case = format!("{we:?} {folder:?} {kind} {file} {command:?}");

                let outcome = we.hf(&scene.sandbox, command).hub(hub).run();

                is_refused(&outcome, &scene.sandbox, file, kind, &case);
                let kept = scene.sandbox.listing().into_iter();
                let kept: Vec<String> = kept
                    .filter(|name| name != "stored_tokens.lock" || before.contains(name))
                    .collect();
                assert_eq!(kept, before, "{case}");
                assert_eq!(fs::read_to_string(&scene.theirs).unwrap(), SECTION, "{case}");
            }
        }
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_link_in_the_place_of_the_lock_is_never_followed() {
    let hub = hub_that_knows_carol();
    for we in [We::AreRoot, We::AreNobody] {
        let scene = Scene::new(we, (0, 0o1777));
        scene.plant("stored_tokens.lock", PLANTS[0].1);

        let outcome = we.hf(&scene.sandbox, COMMANDS[0]).hub(&hub).run();

        is_refused(&outcome, &scene.sandbox, "stored_tokens.lock", "a link", "lock");
        assert_eq!(fs::read_to_string(&scene.theirs).unwrap(), SECTION);
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_plain_file_of_a_stranger_is_not_read_where_everybody_writes() {
    let hub = hub_that_knows_carol();
    for we in [We::AreRoot, We::AreNobody] {
        for (file, commands) in [
            ("token", &[2, 4, 5, 6][..]),
            ("stored_tokens", &[0, 1, 2, 3, 4]),
            ("stored_tokens.lock", &[0, 1, 2, 3]),
        ] {
            for mode in [0o1777, 0o777] {
                let scene = Scene::new(we, (0, mode));
                scene.plant(file, |path, theirs| {
                    fs::rename(theirs, path).unwrap();
                });
                for command in commands.iter().map(|number| COMMANDS[*number]) {
                    let outcome = we.hf(&scene.sandbox, command).hub(&hub).run();

                    let case = format!("{we:?} {mode:o} {file} {command:?}");
                    is_refused(&outcome, &scene.sandbox, file, "a file", &case);
                    assert_eq!(scene.sandbox.read(file), SECTION, "{case}");
                }
            }
        }
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_login_takes_the_place_of_a_planted_token_and_gives_it_to_nobody() {
    let hub = hub_that_knows_carol();
    for (we, folder) in [
        (We::AreRoot, (0, 0o1777)),
        (We::AreRoot, (0, 0o755)),
        (We::AreRoot, (STRANGER, 0o755)),
        (We::AreNobody, (NOBODY, 0o777)),
    ] {
        let scene = Scene::new(we, folder);
        scene.plant("token", |path, theirs| fs::rename(theirs, path).unwrap());

        we.hf(&scene.sandbox, COMMANDS[0]).hub(&hub).run().succeeds();

        for file in scene.sandbox.listing() {
            let found = fs::metadata(scene.sandbox.path(&file)).unwrap();
            assert_eq!(found.uid(), we.uid(), "{we:?} {folder:?} {file}");
        }
        assert_eq!(
            (scene.sandbox.read("token").as_str(), scene.sandbox.mode("token")),
            (TOKEN, 0o600)
        );
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_planted_way_to_the_folder_is_not_taken() {
    let hub = hub_that_knows_carol();
    for we in [We::AreRoot, We::AreNobody] {
        for (way, home) in [("shared/hf", "shared/hf"), ("shared/way", "shared/way/hf")] {
            let scene = Scene::new(we, (we.uid(), 0o700));
            let sandbox = &scene.sandbox;
            let shared = sandbox.root().join("shared");
            fs::create_dir(&shared).unwrap();
            fs::set_permissions(&shared, Permissions::from_mode(0o777)).unwrap();
            let victim = sandbox.root().join("elsewhere");
            let link = sandbox.root().join(way);
            symlink(&victim, &link).unwrap();
            give_to_stranger(&link);
            let run = we.hf(sandbox, COMMANDS[0]).hub(&hub);

            let outcome = run.env("HF_HOME", sandbox.root().join(home)).run();

            is_one_error_about(&outcome, link.to_str().unwrap());
            outcome.stderr_has(&format!("a link that belongs to user {STRANGER}"));
            assert_eq!(fs::read_dir(&victim).unwrap().count(), 1);
        }
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn leftovers_of_a_stranger_are_left_alone() {
    let scene = Scene::new(We::AreRoot, (0, 0o1777));
    scene.plant(".hf-auth-Ab12Cd.tmp", |path, theirs| fs::rename(theirs, path).unwrap());

    scene.sandbox.hf(COMMANDS[1]).run().succeeds();

    assert!(scene.sandbox.exists(".hf-auth-Ab12Cd.tmp"));
}

#[test]
#[ignore = "needs root, to be two users"]
fn links_of_ours_and_of_roots_are_followed_wherever_they_are() {
    let hub = hub_that_knows_carol();
    for (we, owner) in [(We::AreRoot, 0), (We::AreNobody, NOBODY), (We::AreNobody, 0)] {
        for mode in [0o1777, 0o777, 0o755] {
            let scene = Scene::new(we, (we.uid(), mode));
            let sandbox = &scene.sandbox;
            for file in ["token", "stored_tokens"] {
                fs::rename(sandbox.path(file), sandbox.path(&format!("real.{file}"))).unwrap();
                symlink(format!("real.{file}"), sandbox.path(file)).unwrap();
                lchown(sandbox.path(file), Some(owner), Some(owner)).unwrap();
            }

            we.hf(sandbox, COMMANDS[5])
                .run()
                .succeeds()
                .stdout_is(&format!("{TOKEN}\n"));
            we.hf(sandbox, COMMANDS[0]).hub(&hub).run().succeeds();

            assert!(sandbox.path("token").is_symlink(), "{we:?} {owner} {mode:o}");
            assert_eq!(sandbox.read("real.token"), TOKEN);
        }
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_token_that_a_group_shares_is_read() {
    // By owner and mode of the folder, and the file's owner.
    for (folder, owner) in [
        ((STRANGER, 0o755), STRANGER),
        ((STRANGER, 0o775), STRANGER),
        ((0, 0o755), STRANGER),
        ((0, 0o1777), 0),
    ] {
        let scene = Scene::new(We::AreNobody, folder);
        let sandbox = &scene.sandbox;
        let token = sandbox.path("token");
        fs::set_permissions(&token, Permissions::from_mode(0o640)).unwrap();
        chown(&token, Some(owner), Some(NOBODY)).unwrap();

        let outcome = We::AreNobody.hf(sandbox, COMMANDS[5]).run();

        outcome.succeeds().stdout_is(&format!("{TOKEN}\n"));
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_pipe_that_was_handed_over_is_read_whoever_made_it() {
    let sandbox = We::AreRoot.sandbox();
    let hf = env!("CARGO_BIN_EXE_hf");
    for path in ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        let script = format!(
            "setpriv --reuid={STRANGER} --clear-groups sh -c 'printf %s {TOKEN} | sleep 60' &
            until reader=$(pgrep -u {STRANGER} -P $! sleep); do sleep 0.01; done
            {hf} auth token < /proc/$reader/fd/0; kill $reader"
        );

        let outcome = sandbox.program("sh", &["-c", &script]).env("HF_TOKEN_PATH", path).run();

        outcome.succeeds().stdout_is(&format!("{TOKEN}\n"));
    }
}
