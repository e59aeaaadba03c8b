package dev.sallyport.lab.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every file under {@code src/test/resources/transcripts}. {@code mvn test -Dtranscripts.update=true} rewrites what they
 * expect; read the difference against the RFCs before it is committed.
 */
class TranscriptsTest {

    private static final Path FOLDER = Path.of("src/test/resources/transcripts");

    @ParameterizedTest
    @MethodSource("files")
    void transcript_inAnySegmentation_hasTheOutcomeThatItExpects(Path file) throws IOException {
        var name = String.valueOf(file.getFileName());
        var transcript = TranscriptReader.read(name, Files.readString(file));
        var whole = TranscriptRunner.run(transcript, Delivery.WHOLE);
        if (Boolean.getBoolean("transcripts.update")) {
            Files.writeString(file, transcript.withExpectations(whole.blocks()));
        } else {
            for (var i = 0; i < transcript.blocks().size(); i++) {
                var block = transcript.blocks().get(i);
                assertThat(whole.blocks().get(i)).as("%s:%d", name, block.line()).isEqualTo(block.expected());
            }
        }

        var byteByByte = TranscriptRunner.run(transcript, Delivery.BYTE_BY_BYTE);
        assertThat(byteByByte.blocks()).as("%s, byte by byte", name).isEqualTo(whole.blocks());

        var pipelined = TranscriptRunner.run(transcript, Delivery.PIPELINED);
        assertThat(text(pipelined.toServer())).as("%s, pipelined, to server", name).isEqualTo(text(whole.toServer()));
        assertThat(text(pipelined.toClient())).as("%s, pipelined, to client", name).isEqualTo(text(whole.toClient()));
        assertThat(pipelined.pinholes()).as("%s, pipelined, pinholes", name).isEqualTo(whole.pinholes());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    static Stream<Path> files() throws IOException {
        return Files.list(FOLDER).filter(file -> file.toString().endsWith(".txt")).sorted();
    }
}
