package dev.sallyport.telemetry.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the file: what is there, how it is put aside, and by whom. */
class LogFileTest {

    private static final String HEAD = Format.ZEEK.lines(EnumSet.allOf(Told.class)).head(
            Instant.EPOCH.atZone(ZoneOffset.UTC)).replaceAll("#open.*\n", "");

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-11-22T23:59:58Z");
    private @Nullable LogFile open;

    private LogFile file(Format format, Rotation rotation) throws IOException {
        var clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
        var file = new LogFile(path(), format.lines(EnumSet.allOf(Told.class)), rotation, clock);
        open = file;
        file.open();
        return file;
    }

    @AfterEach
    void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }

    private static void write(LogFile file, String line) throws IOException {
        var bytes = line.getBytes(StandardCharsets.US_ASCII);
        file.rotateBefore(bytes.length);
        file.write(ByteBuffer.wrap(bytes));
    }

    @Test
    void newFile_hasItsHead_andIsForItsOwnerAndGroup() throws IOException {
        write(file(Format.ZEEK, Rotation.DEFAULT), "one\n");
        assertThat(content("log")).isEqualTo(HEAD.replace("#fields", "#open\t2026-11-22-23-59-58\n#fields") + "one\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path()))).isEqualTo("rw-r-----");
    }

    @Test
    void fileThatIsThere_isGoneOnWith() throws IOException {
        write(file(Format.ZEEK, Rotation.DEFAULT), "one\n");
        close();
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-rw-r--"));
        write(file(Format.ZEEK, Rotation.DEFAULT), "two\n");
        assertThat(content("log")).containsOnlyOnce("#separator").endsWith("one\ntwo\n").doesNotContain("#close");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path()))).isEqualTo("rw-rw-r--");
    }

    @Test
    void lineThatWasCutShort_spoilsNoOther() throws IOException {
        Files.writeString(path(), "{\"one\":1}\n{\"tw");
        write(file(Format.JSON, Rotation.DEFAULT), "{\"three\":3}\n");
        assertThat(content("log")).isEqualTo("{\"one\":1}\n{\"tw\n{\"three\":3}\n");
    }

    @Test
    void fileOfTheOtherFormat_isPutAside() throws IOException {
        write(file(Format.JSON, Rotation.DEFAULT), "{\"one\":1}\n");
        close();
        write(file(Format.ZEEK, Rotation.DEFAULT), "two\n");
        assertThat(content("log.1")).isEqualTo("{\"one\":1}\n");
        assertThat(content("log")).startsWith("#separator").endsWith("two\n");
    }

    /** Somebody has named the wrong file. */
    @Test
    void fileOfSomethingElse_staysWhereItIs() throws IOException {
        Files.writeString(path(), "gateways:\n");
        assertThatThrownBy(() -> file(Format.JSON, Rotation.DEFAULT)).isInstanceOf(IOException.class)
                .hasMessage("what is there is no session log; name another file, or move this one away");
        assertThatThrownBy(() -> file(Format.ZEEK, Rotation.DEFAULT)).isInstanceOf(IOException.class);
        assertThat(content("log")).isEqualTo("gateways:\n");
        assertThat(names()).containsExactly("log");
        assertThat(LogPlace.obstacle(path())).isEqualTo(
                new LogPlace.Obstacle("what is there is no session log", "mv " + path() + " " + path() + ".before"));
        Files.writeString(path(), "");
        assertThat(LogPlace.obstacle(path())).isNull();
        write(file(Format.JSON, Rotation.DEFAULT), "{1}\n");
        assertThat(LogPlace.obstacle(path())).isNull();
    }

    @Test
    void largeFile_isPutAside_andSoManyAreKept() throws IOException {
        var file = file(Format.JSON, new Rotation(10, false, 2));
        for (var line : List.of("{111}\n", "{22}\n", "{333}\n", "{4444444444444}\n", "{55}\n")) {
            write(file, line);
        }
        assertThat(content("log")).isEqualTo("{55}\n");
        assertThat(content("log.1")).as("longer than allowed, alone").isEqualTo("{4444444444444}\n");
        assertThat(content("log.2")).isEqualTo("{333}\n");
        assertThat(names()).containsExactlyInAnyOrder("log", "log.1", "log.2");
    }

    @Test
    void fileThatIsPutAside_isWholeByItself() throws IOException {
        var file = file(Format.ZEEK, new Rotation(HEAD.length() + 60, false, 3));
        for (var line = 0; line < 20; line++) {
            write(file, "line number " + line + "\n");
        }
        assertThat(names()).hasSize(4);
        for (var name : List.of("log.3", "log.2", "log.1")) {
            assertThat(content(name)).startsWith("#separator").containsOnlyOnce("#fields").endsWith("\n#close\t2026-11-22-23-59-58\n");
        }
        assertThat(content("log")).contains("line number 19\n").doesNotContain("#close");
    }

    @Test
    void firstLineOfADay_beginsAFile() throws IOException {
        var file = file(Format.ZEEK, new Rotation(0, true, 5));
        write(file, "one\n");
        now = now.plusSeconds(1);
        write(file, "two\n");
        now = now.plusSeconds(1);
        write(file, "three\n");
        write(file, "four\n");
        now = now.plusSeconds(2 * 24 * 3600);
        write(file, "five\n");
        assertThat(content("log.2")).endsWith("one\ntwo\n#close\t2026-11-23-00-00-00\n");
        assertThat(content("log.1")).contains("\nthree\nfour\n#close");
        assertThat(content("log")).endsWith("\nfive\n");
        close();
        Files.setLastModifiedTime(path(), FileTime.from(now.minusSeconds(24 * 3600)));
        write(file(Format.ZEEK, new Rotation(0, true, 5)), "six\n");
        assertThat(content("log.1")).as("after a start the next day").contains("\nfive\n#close");
    }

    @Test
    void fileThatSomebodyHasMoved_isEnded_andAnotherBegun() throws IOException {
        var file = file(Format.ZEEK, Rotation.DEFAULT);
        write(file, "one\n");
        Files.move(path(), folder.resolve("moved"));
        write(file, "two\n");
        file.reopen();
        write(file, "three\n");
        file.reopen();
        write(file, "four\n");
        assertThat(content("moved")).endsWith("one\ntwo\n#close\t2026-11-22-23-59-58\n");
        assertThat(content("log")).containsOnlyOnce("#separator").endsWith("\nthree\nfour\n").doesNotContain("#close");
    }

    /** As logrotate's copytruncate leaves it. */
    @Test
    void fileThatSomebodyHasEmptied_getsItsHead() throws IOException {
        var file = file(Format.ZEEK, Rotation.DEFAULT);
        write(file, "one\n");
        Files.newByteChannel(path(), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING).close();
        file.reopen();
        write(file, "two\n");
        assertThat(content("log")).startsWith("#separator").endsWith("\ntwo\n");
    }

    @Test
    void fileThatSomebodyHasTakenAway_isBegunAnewWhenItIsFull() throws IOException {
        var file = file(Format.JSON, new Rotation(10, false, 2));
        write(file, "{1}\n");
        Files.delete(path());
        write(file, "{22222222}\n");
        assertThat(content("log")).isEqualTo("{22222222}\n");
        assertThat(names()).containsExactly("log");
    }

    @Test
    void folderThatIsNotThere_isNotMade() {
        var file = new LogFile(
                folder.resolve("not").resolve("there"), Format.JSON.lines(EnumSet.allOf(Told.class)), Rotation.DEFAULT,
                Clock.systemUTC());
        assertThatThrownBy(file::open).isInstanceOf(IOException.class);
        var obstacle = LogPlace.obstacle(folder.resolve("not").resolve("there"));
        assertThat(obstacle).isNotNull().satisfies(found -> assertThat(String.valueOf(found))
                .contains("there is no folder " + folder.resolve("not"), "install -d -m 750 -o "));
        assertThat(names()).isEmpty();
        assertThat(LogPlace.obstacle(folder)).isNotNull();
        assertThat(LogPlace.obstacle(folder.resolve("sessions.json"))).isNull();
        assertThat(LogPlace.obstacle(Path.of("/dev/full"))).isNull();
    }

    private Path path() {
        return folder.resolve("log");
    }

    private String content(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private List<String> names() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
