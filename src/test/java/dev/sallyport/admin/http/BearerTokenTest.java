package dev.sallyport.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file with the token, and headers that bring it or do not. */
class BearerTokenTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("token"), SECRET + "\n# openssl rand -hex 16\n");
        allow("rw-------");
    }

    private void allow(String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void header_bringsIt_orNot() throws IOException {
        var token = BearerToken.read(file);
        assertThat(token.isIn("Bearer " + SECRET)).isTrue();
        assertThat(token.isIn("Bearer  " + SECRET + " ")).isTrue();
        assertThat(token.isIn("bearer " + SECRET)).as("RFC 9110 §11.1").isTrue();
        assertThat(token.isIn("BEARER " + SECRET)).isTrue();
        for (var wrong : new String[] {
            "", SECRET, "Bearer", "Bearer ", "Basic " + SECRET, "Bearer " + SECRET + "0", "Bearer " + SECRET.substring(1),
            "Bearer " + SECRET.toUpperCase(java.util.Locale.ROOT), "Bearer " + SECRET.replace('f', 'é')
        }) {
            assertThat(token.isIn(wrong)).as(wrong).isFalse();
        }
        assertThat(token.isIn(null)).isFalse();
    }

    @Test
    void fileForReadingAlone_isGood() throws IOException {
        allow("r--------");
        assertThat(BearerToken.read(file).isIn("Bearer " + SECRET)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rwxrwxrwx"})
    void fileThatOthersCanOpen_isRefused(String permissions) throws IOException {
        allow(permissions);
        refused("can be read or written by others: 'chmod 600 " + file + "'");
    }

    /** Those that systemd hands over to a service can be read by a group, as far as their bits tell. */
    @Test
    void fileAmongCredentials_mayBeReadByItsGroup_andByNobodyElse() throws IOException {
        allow("r--r-----");
        assertThat(BearerToken.read(file, folder).isIn("Bearer " + SECRET)).isTrue();
        var elsewhere = Files.createDirectory(folder.resolve("credentials"));
        var link = Files.createSymbolicLink(elsewhere.resolve("token"), file);
        for (var credentials : new Path[] {elsewhere, folder.resolve("missing"), folder.resolve("tok")}) {
            for (var path : List.of(file, link, elsewhere.resolve("../token"))) {
                assertThatThrownBy(() -> BearerToken.read(path, credentials)).as("%s, %s", path, credentials)
                        .isInstanceOf(IOException.class).hasMessageContaining("can be read or written by others");
            }
        }
        for (var permissions : List.of("rw-rw----", "r--r--r--", "r--r---w-", "rw--w----")) {
            allow(permissions);
            assertThatThrownBy(() -> BearerToken.read(file, folder)).as(permissions)
                    .isInstanceOf(IOException.class).hasMessageContaining("can be read or written by others");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "\n" + SECRET, "0123456789abcdef0123456789abcde", "0123456789abcdef 0123456789abcdef", "é123456789abcdef0123456789abcdef"
    })
    void firstLineThatIsNoSecret_isRefused(String text) throws IOException {
        Files.writeString(file, text);
        refused("32 printable ASCII characters or more and no space");
    }

    @Test
    void whatIsNoFile_orTooLong_isRefused() throws IOException {
        Files.writeString(file, "x".repeat(5000));
        refused("longer than 4096 bytes");
        Files.delete(file);
        refused("is no file: make one with 'openssl rand");
        Files.createDirectory(file);
        refused("is no file");
    }

    private void refused(String why) {
        assertThatThrownBy(() -> BearerToken.read(file)).isInstanceOf(IOException.class).hasMessageContaining(why);
    }
}
