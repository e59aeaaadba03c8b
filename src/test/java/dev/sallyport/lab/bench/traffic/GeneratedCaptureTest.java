package dev.sallyport.lab.bench.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedCaptureTest {

    @TempDir
    private Path folder;

    @Test
    void sameNumbers_giveTheSameCapture_ofAboutThatSize() throws IOException {
        var one = GeneratedCapture.write(folder.resolve("one"), 4 << 20, 20);
        var other = GeneratedCapture.write(folder.resolve("other"), 4 << 20, 20);
        assertThat(one).isEqualTo(other);
        assertThat(Files.mismatch(folder.resolve("one"), folder.resolve("other"))).isEqualTo(-1);
        assertThat(one.bytes()).isEqualTo(Files.size(folder.resolve("one"))).isBetween(4L << 20, 8L << 20);
        assertThat(one.transfers()).isBetween(20, 60);
    }
}
