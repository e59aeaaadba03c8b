package dev.sallyport.proxy;

import dev.sallyport.ftp.Side;
import io.netty.buffer.ByteBuf;

/** The beginning of a session of which it is not known yet whether FTP is spoken, and what comes of it. */
final class Probing {

    /** What is to be done with what has come. */
    sealed interface Finding {

        /** Nothing yet. */
        record Unknown() implements Finding {}

        /** The engine is to read this, and shows it to the client; the client's words wait. */
        record Greeting(byte[] fromServer) implements Finding {}

        /** The server is to answer this, which the engine does not see. */
        record Question(byte[] fromClient) implements Finding {}

        /** The client is to see this answer; it may have said more, which is to be looked at {@link Probing#again}. */
        record Answer(byte[] fromServer) implements Finding {}

        /** The engine is to read all that comes, and this first. */
        record Ftp(byte[] fromClient, byte[] fromServer) implements Finding {}

        /**
         * @param pass whether it goes on unseen
         * @param unheard whether the server has not said yet how it greets
         */
        record Other(boolean pass, boolean unheard, byte[] fromClient, byte[] fromServer) implements Finding {}
    }

    private static final Finding NOTHING_YET = new Finding.Unknown();

    private final ProtocolProbe probe = new ProtocolProbe();
    private final boolean passOthers;

    /** @param passOthers whether others than FTP go on unseen */
    Probing(boolean passOthers) {
        this.passOthers = passOthers;
    }

    /** One more segment of one side, which is read. */
    Finding saw(Side side, ByteBuf bytes) {
        var segment = new byte[bytes.readableBytes()];
        bytes.readBytes(segment);
        return finding(probe.saw(side, segment));
    }

    /** What comes of what the client has said behind the line that was answered. */
    Finding again() {
        return finding(probe.again());
    }

    private Finding finding(ProtocolProbe.Verdict verdict) {
        return switch (verdict) {
            case UNDECIDED -> NOTHING_YET;
            case GREETING -> new Finding.Greeting(probe.take(Side.SERVER));
            case MAIL -> passOthers ? new Finding.Question(probe.line()) : other();
            case MAIL_REFUSED -> new Finding.Answer(probe.take(Side.SERVER));
            case FTP -> new Finding.Ftp(probe.take(Side.CLIENT), probe.take(Side.SERVER));
            case OTHER -> other();
        };
    }

    private Finding other() {
        var unheard = probe.unheard();
        return new Finding.Other(
                passOthers && probe.mayPass(), unheard, probe.take(Side.CLIENT), probe.take(Side.SERVER));
    }
}
