package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a client does on a visit: the files that it finds, and what must be true afterwards. The check looks at the files
 * and at the control dialogue that the client printed, so that it is the same for every client.
 */
enum Operation {
    /** Writes a listing to {@code in/listing.txt}. */
    LIST {
        @Override
        void prepare(Visit visit) {}

        @Override
        void check(Visit visit, Finished client) throws IOException {
            assertThat(Files.readString(visit.in("listing.txt"))).contains("odd.bin", "one.bin", "zero.bin");
        }
    },

    /** Brings {@code zero.bin}, {@code one.bin} and {@code odd.bin} into {@code in}. */
    DOWNLOAD {
        @Override
        void prepare(Visit visit) throws IOException {
            visit.putRemote("zero.bin", new byte[0]);
            visit.putRemote("one.bin", SampleFiles.bytes("one", 1));
            visit.putRemote("odd.bin", SampleFiles.bytes("odd", SampleFiles.ODD_BYTES));
        }

        @Override
        void check(Visit visit, Finished client) throws IOException {
            for (String name : new String[] {"zero.bin", "one.bin", "odd.bin"}) {
                assertSame(visit.onServer(name), visit.in(name));
            }
        }
    },

    /** Takes {@code up-zero.bin}, {@code up-one.bin} and {@code up-odd.bin} out of {@code out} to the server. */
    UPLOAD {
        @Override
        void prepare(Visit visit) throws IOException {
            visit.putLocal("up-zero.bin", new byte[0]);
            visit.putLocal("up-one.bin", SampleFiles.bytes("up-one", 1));
            visit.putLocal("up-odd.bin", SampleFiles.bytes("up-odd", SampleFiles.ODD_BYTES));
        }

        @Override
        void check(Visit visit, Finished client) throws IOException {
            for (String name : new String[] {"up-zero.bin", "up-one.bin", "up-odd.bin"}) {
                assertSame(visit.out(name), visit.onServer(name));
            }
        }
    },

    /** Appends {@code out/more.txt} to {@code log.txt} on the server. */
    APPEND {
        @Override
        void prepare(Visit visit) throws IOException {
            visit.putRemote("log.txt", "first\n".getBytes(StandardCharsets.UTF_8));
            visit.putLocal("more.txt", "second\n".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        void check(Visit visit, Finished client) throws IOException {
            assertThat(visit.onServer("log.txt")).hasContent("first\nsecond\n");
        }
    },

    /** Completes {@code in/resumed.bin}, which has the first bytes of the server's, with REST and RETR. */
    RESUME_DOWNLOAD {
        @Override
        void prepare(Visit visit) throws IOException {
            byte[] whole = SampleFiles.bytes("resumed", SampleFiles.ODD_BYTES);
            visit.putRemote("resumed.bin", whole);
            Files.write(visit.in("resumed.bin"), Visit.begun(whole));
        }

        @Override
        void check(Visit visit, Finished client) throws IOException {
            assertThat(client.printed()).contains("REST " + SampleFiles.RESUME_AT);
            assertSame(visit.onServer("resumed.bin"), visit.in("resumed.bin"));
        }
    },

    /** Completes the server's {@code up-resumed.bin}, which has the first bytes of the one in {@code out}, with REST and STOR. */
    RESUME_UPLOAD {
        @Override
        void prepare(Visit visit) throws IOException {
            byte[] whole = SampleFiles.bytes("up-resumed", SampleFiles.ODD_BYTES);
            visit.putLocal("up-resumed.bin", whole);
            visit.putRemote("up-resumed.bin", Visit.begun(whole));
        }

        @Override
        void check(Visit visit, Finished client) throws IOException {
            assertThat(client.printed()).contains("REST " + SampleFiles.RESUME_AT);
            assertSame(visit.out("up-resumed.bin"), visit.onServer("up-resumed.bin"));
        }
    },

    /** Brings a file into {@code in} and takes one from {@code out}, with names of spaces and more than ASCII. */
    UTF8_NAME {
        @Override
        void prepare(Visit visit) throws IOException {
            visit.putRemote(SPACED_UTF8, SampleFiles.bytes("named", 1000));
            visit.putLocal(SPACED_UTF8_UP, SampleFiles.bytes("up-named", 1000));
        }

        @Override
        void check(Visit visit, Finished client) throws IOException {
            assertSame(visit.onServer(SPACED_UTF8), visit.in(SPACED_UTF8));
            assertSame(visit.out(SPACED_UTF8_UP), visit.onServer(SPACED_UTF8_UP));
        }
    },

    /** Stops the download of {@code abort.bin} to {@code in} half-way, then brings {@code after.bin}. */
    ABORT {
        @Override
        void prepare(Visit visit) throws IOException {
            SampleFiles.writeSparse(visit.onServer("abort.bin"), SampleFiles.ABORTED_BYTES);
            visit.putRemote("after.bin", SampleFiles.bytes("after", 5000));
        }

        @Override
        void check(Visit visit, Finished client) throws IOException {
            assertThat(Files.size(visit.in("abort.bin"))).isBetween(1L, SampleFiles.ABORTED_BYTES - 1);
            assertSame(visit.onServer("after.bin"), visit.in("after.bin"));
        }
    },

    /** Has only one control connection for the whole visit. */
    ONE_CONTROL_CONNECTION {
        @Override
        void prepare(Visit visit) {}

        @Override
        void check(Visit visit, Finished client) {
            assertThat(logins(client)).as("logins").isEqualTo(1);
        }
    },

    /** Arranges every data connection with the visit's command and no other, and ends in peace. */
    ONLY_THE_CHOSEN_MODE {
        @Override
        void prepare(Visit visit) {}

        @Override
        void check(Visit visit, Finished client) {
            assertThat(DATA_COMMAND.matcher(client.printed()).results().map(found -> found.group(1)).distinct())
                    .containsExactly(visit.mode().name());
            assertThat(client.exit()).as("exit code").isZero();
        }
    };

    static final String SPACED_UTF8 = "naïve plan – 計画.txt";
    static final String SPACED_UTF8_UP = "Übergabe an Ærø – 上り.txt";

    /** A command in a client's printed dialogue, after the marks of curl and commons-net, lftp and tnftp, or ftplib. */
    private static final String COMMAND = "(?m)^(?:> |---> |\\*cmd\\* ')";

    private static final Pattern LOGIN = Pattern.compile(COMMAND + "USER ");
    private static final Pattern DATA_COMMAND = Pattern.compile(COMMAND + "(PORT|PASV|EPRT|EPSV)\\b");

    /** Puts what the client will find in place. */
    abstract void prepare(Visit visit) throws IOException;

    /** Fails unless the client did it. */
    abstract void check(Visit visit, Finished client) throws IOException;

    /** How many control connections the client logged in on. */
    static long logins(Finished client) {
        return LOGIN.matcher(client.printed()).results().count();
    }

    private static void assertSame(Path expected, Path actual) throws IOException {
        assertThat(actual).exists().hasSize(Files.size(expected));
        assertThat(SampleFiles.sha256(actual)).as("SHA-256 of %s", actual.getFileName()).isEqualTo(SampleFiles.sha256(expected));
    }
}
