package dev.sallyport.telemetry.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.SessionId;
import dev.sallyport.telemetry.DataPathKind;
import dev.sallyport.telemetry.LogLines;
import dev.sallyport.telemetry.journal.Entry.Login;
import dev.sallyport.telemetry.journal.Entry.Party;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Lines are written, or counted as lost, and nobody waits for them. */
@Timeout(30)
class JournalTest {

    private static final Endpoint PEER = new Endpoint(Objects.requireNonNull(Addresses.parse("192.0.2.10")), new Port(40_000));

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private final LogLines said = LogLines.of(Journal.class.getName());

    @AfterEach
    void silence() {
        said.close();
    }

    private static Journal journal(Path file) throws IOException {
        return Journal.open(new Journal.Settings(file, Format.JSON, Rotation.DEFAULT, EnumSet.allOf(Told.class)));
    }

    private static Entry entry(int number) {
        return entry(number, Map.of());
    }

    private static Entry entry(int number, Map<Fault, Integer> faults) {
        return new Entry.OfSession(
                new Party(new SessionId(number), "main", DataPathKind.RELAY, PEER, PEER, null, "", Map.of()), Instant.EPOCH, Duration.ZERO,
                EndReason.QUIT, "", Login.NONE, 0, false, 0, 0, 0, 0, Map.of(), faults);
    }

    private static Entry impossible() {
        return entry(1, new EnumMap<>(Map.of(Fault.AUTH_REFUSED, 1)) {
            @Override
            public void forEach(BiConsumer<? super Fault, ? super Integer> told) {
                throw new IllegalStateException("planted");
            }
        });
    }

    @Test
    void end_writesWhatWaits() throws IOException {
        var file = folder.resolve("log");
        try (var journal = journal(file)) {
            for (var number = 0; number < 5_000; number++) {
                journal.add(entry(number));
            }
            journal.close();
            assertThat(journal.written()).isEqualTo(5_000);
            assertThat(journal.lost()).isZero();
            var lines = Files.readAllLines(file);
            assertThat(lines).hasSize(5_000);
            for (var number = 0; number < 5_000; number++) {
                assertThat(lines.get(number)).contains("\"session\":\"" + new SessionId(number) + "\"");
            }
            journal.add(entry(1));
            assertThat(journal.lost()).as("too late").isEqualTo(1);
        }
    }

    @Test
    void severalThreads_disturbNoLine_andEachKeepsItsOrder() throws Exception {
        var file = folder.resolve("log");
        var threads = 4;
        var each = 2_000;
        try (var journal = journal(file); var loops = Executors.newFixedThreadPool(threads)) {
            for (var thread = 0; thread < threads; thread++) {
                var first = thread * each;
                loops.submit(() -> IntStream.range(first, first + each).forEach(number -> journal.add(entry(number))));
            }
            loops.shutdown();
            assertThat(loops.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            journal.close();
            assertThat(journal.written()).isEqualTo(threads * each);
        }
        var numbers = Files.readAllLines(file).stream()
                .map(line -> JSON.readTree(line).get("session").asString()).map(id -> (int) Objects.requireNonNull(SessionId.parse(id)).number())
                .toList();
        for (var thread = 0; thread < threads; thread++) {
            var first = thread * each;
            assertThat(numbers.stream().filter(number -> number >= first && number < first + each))
                    .containsExactlyElementsOf(IntStream.range(first, first + each).boxed().toList());
        }
    }

    /** It costs itself alone, though it fails in its midst. */
    @Test
    void lineThatCannotBeMade_isLost_andToldOf() throws IOException {
        var file = folder.resolve("log");
        try (var journal = journal(file)) {
            journal.add(entry(1));
            journal.add(impossible());
            journal.add(entry(2));
            journal.close();
            assertThat(journal.written()).isEqualTo(2);
            assertThat(journal.lost()).isEqualTo(1);
            assertThat(journal.errors()).isEqualTo(1);
        }
        assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.startsWith("{\"time\"") && line.endsWith("}"));
        assertThat(said.texts()).singleElement().asString().contains("event=session-log-lost");
    }

    @Test
    void fullDisk_losesLines_countsThem_andSaysSoOnce() throws IOException {
        try (var journal = journal(Path.of("/dev/full"))) {
            for (var number = 1; number <= 3; number++) {
                journal.add(entry(number));
                var lost = number;
                await().until(() -> journal.lost() == lost);
            }
            assertThat(journal.errors()).isEqualTo(3);
            assertThat(journal.written()).isZero();
        }
        assertThat(said.all()).hasSize(1).allSatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getFormattedMessage()).isEqualTo("event=session-log-failed file=\"/dev/full\": No space left on device");
        });
    }

    /** A pipe that nobody reads: the writer stands still in the middle of a line. */
    @Test
    void writerThatStandsStill_costsLines_andNobodyWaits() throws Exception {
        var pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(10, TimeUnit.SECONDS)).isTrue();
        var reader = new ProcessBuilder("sh", "-c", "exec 3<\"$1\"; read -r go; cat <&3", "sh", pipe.toString())
                .redirectOutput(folder.resolve("read").toFile()).start();
        try (var journal = journal(pipe)) {
            var many = 4 * Journal.CAPACITY;
            for (var number = 0; number < many; number++) {
                journal.add(entry(number));
            }
            assertThat(journal.lost()).isBetween((long) Journal.CAPACITY, (long) many - Journal.CAPACITY);
            assertThat(said.all()).hasSize(1)
                    .allSatisfy(event -> assertThat(event.getFormattedMessage()).contains("event=session-log-lost"));
            reader.outputWriter().write("go\n");
            reader.outputWriter().flush();
            await().until(() -> journal.written() + journal.lost() == many);
            journal.close();
            assertThat(reader.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readAllLines(folder.resolve("read"))).hasSize((int) journal.written()).allMatch(line -> line.endsWith("}"));
        } finally {
            reader.destroyForcibly();
        }
    }

    @Test
    void folderThatGoes_andComesBack_costsNoMoreThanItMust() throws IOException {
        var file = Files.createDirectory(folder.resolve("logs")).resolve("log");
        try (var journal = journal(file)) {
            journal.add(entry(1));
            await().until(() -> journal.written() == 1);
            Files.move(file.getParent(), folder.resolve("away"));
            journal.reopen();
            await().until(() -> journal.errors() == 1);
            journal.add(entry(2));
            await().until(() -> journal.lost() == 1);
            Files.createDirectory(file.getParent());
            journal.add(entry(3));
            await().until(() -> journal.written() == 2);
        }
        assertThat(Files.readString(file)).contains("\"session\":\"3\"");
        assertThat(said.texts()).anyMatch(line -> line.endsWith(file + " is not there"))
                .last().asString().contains("event=session-log-recovered");
    }

    @Test
    void fileThatCannotBeOpened_isNoLog() {
        assertThatThrownBy(() -> journal(folder)).isInstanceOf(IOException.class);
        assertThat(List.of(folder.toFile().list())).isEmpty();
    }
}
