package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sallyport.config.ControlPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlFolderTest {

    private static final Path FILE = Path.of("/etc/sallyport/ware.house.yaml");

    @TempDir
    private Path folder;

    @Test
    void folder_is_the_services_then_the_hosts_then_the_users() {
        var service = Map.of("RUNTIME_DIRECTORY", "/run/one:/run/two", "XDG_RUNTIME_DIR", "/run/user/7");
        assertThat(new ControlFolder(service, "root").path()).isEqualTo(Path.of("/run/one"));
        assertThat(new ControlFolder(Map.of(), "root").path()).isEqualTo(Path.of("/run/sallyport"));
        assumeFalse(Files.isWritable(Path.of("/run/sallyport")));
        assertThat(new ControlFolder(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), "ann").path())
                .isEqualTo(Path.of("/run/user/7/sallyport"));
        assertThat(new ControlFolder(Map.of(), "ann").path()).isEqualTo(Path.of("/tmp/sallyport-ann"));
    }

    @Test
    void socket_is_named_for_the_file_unless_it_has_a_place() {
        var run = new ControlFolder(Map.of("RUNTIME_DIRECTORY", "/run/one"), "ann");
        assertThat(run.socket(new ControlPlace.Auto(), FILE)).isEqualTo(Path.of("/run/one/ware.house.control"));
        assertThat(run.socket(new ControlPlace.At(Path.of("/x/y")), FILE)).isEqualTo(Path.of("/x/y"));
        assertThat(run.socket(new ControlPlace.None(), FILE)).isNull();
    }

    @Test
    void folder_is_made_for_its_user_alone() throws IOException {
        var run = new ControlFolder(Map.of("RUNTIME_DIRECTORY", folder.resolve("run").toString()), "ann");
        run.prepare(folder.resolve("run/a.control"));
        run.prepare(folder.resolve("run/a.control"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("run")))).isEqualTo("rwx------");
        assertThatThrownBy(() -> run.prepare(folder.resolve("no/where/a.control")))
                .hasMessage("cannot make the folder " + folder.resolve("no/where") + " for the control socket");
    }

    @Test
    void folder_that_others_may_have_put_among_temporary_files_is_refused() throws IOException {
        var path = Files.createDirectory(Path.of("/tmp/sallyport-test-" + UUID.randomUUID()));
        try {
            var run = new ControlFolder(Map.of("RUNTIME_DIRECTORY", path.toString()), "ann");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThatThrownBy(() -> run.prepare(path.resolve("a.control"))).hasMessageContaining("is not a folder of this user alone");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            run.prepare(path.resolve("a.control"));
        } finally {
            Files.delete(path);
        }
    }

    @Test
    void control_sockets_are_those_with_their_ending() throws IOException {
        var run = new ControlFolder(Map.of("RUNTIME_DIRECTORY", folder.toString()), "ann");
        Files.createFile(folder.resolve("b.control"));
        Files.createFile(folder.resolve("a.control"));
        Files.createFile(folder.resolve("a.pid"));
        assertThat(run.sockets()).containsExactly(folder.resolve("a.control"), folder.resolve("b.control"));
    }
}
