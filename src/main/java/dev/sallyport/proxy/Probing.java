package dev.sallyport.proxy;

import dev.sallyport.ftp.Side;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The beginning of a session of which it is not known yet whether FTP is spoken, and what comes of it. */
final class Probing {

    /** What is to be done with what has come. */
    sealed interface Finding {

        /** @param toClient what the client must see to go on; empty for nothing */
        record Unknown(byte[] toClient) implements Finding {}

        /** @param greetingLines how many of the server's lines the client has seen */
        record Ftp(byte[] fromClient, byte[] fromServer, int greetingLines) implements Finding {}

        /**
         * @param pass whether it goes on unseen
         * @param fromServer without what the client has seen
         */
        record Other(boolean pass, byte[] fromClient, byte[] fromServer) implements Finding {}
    }

    private static final Finding NOTHING_YET = new Finding.Unknown(new byte[0]);

    private final ProtocolProbe probe = new ProtocolProbe();
    private final boolean passOthers;
    private int greetingBytes;
    private int greetingLines;

    /** @param passOthers whether others than FTP go on unseen */
    Probing(boolean passOthers) {
        this.passOthers = passOthers;
    }

    /** One more segment of one side, which is read. */
    Finding saw(Side side, ByteBuf bytes) {
        var segment = new byte[bytes.readableBytes()];
        bytes.readBytes(segment);
        return switch (probe.saw(side, segment)) {
            case UNDECIDED -> NOTHING_YET;
            case GREETING -> greeting();
            case FTP -> new Finding.Ftp(probe.bytes(Side.CLIENT), probe.bytes(Side.SERVER), greetingLines);
            case OTHER -> {
                var said = probe.bytes(Side.SERVER);
                yield new Finding.Other(passOthers, probe.bytes(Side.CLIENT), Arrays.copyOfRange(said, greetingBytes, said.length));
            }
        };
    }

    private Finding greeting() {
        var greeting = probe.bytes(Side.SERVER);
        greetingBytes = greeting.length;
        for (var octet : greeting) {
            greetingLines += octet == '\n' ? 1 : 0;
        }
        return new Finding.Unknown(greeting);
    }
}
