package dev.sallyport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The input is what the kernel sent: every reader reads it, and nothing but the one checked exception comes of it. */
class NetlinkMessageFuzzTest {

    @FuzzTest
    void anyDatagram_isRead_orIsMalformed(byte[] input) {
        var reader = new MessageReader(MemorySegment.ofArray(input));
        reader.over(input.length);
        int messages = 0;
        try {
            while (reader.next()) {
                messages++;
                each(() -> CtMessage.flow(reader.attributes()));
                each(() -> NftReader.element(reader.attributes()));
                each(() -> reader.error("do it"));
                each(reader::errno);
                each(reader::family);
            }
        } catch (MalformedMessageException malformed) {
            assertThat(malformed).hasMessageContaining("message");
        }
        assertThat(messages).isLessThanOrEqualTo(input.length / MessageWriter.HEADER_BYTES);
    }

    private interface Read {
        @Nullable Object read() throws MalformedMessageException;
    }

    private static void each(Read read) {
        try {
            read.read();
        } catch (MalformedMessageException malformed) {
            assertThat(malformed).hasMessageFindingMatch("bytes|cut|flow|tuple");
        }
    }
}
