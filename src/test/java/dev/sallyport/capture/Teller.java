package dev.sallyport.capture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told. */
class Teller implements TcpListener, ByteListener {

    private final List<String> told;
    private final boolean bytes;

    /** @param told where to write @param bytes whether it wants to be told of bytes */
    Teller(List<String> told, boolean bytes) {
        this.told = told;
        this.bytes = bytes;
    }

    @Override
    public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
        told.add("opened " + (connection.whole() ? "whole\n" : "in the middle\n"));
        return bytes ? this : null;
    }

    @Override
    public void closed(TcpConnection connection, End end, long timeNanos) {
        told.add(end + " " + connection.bytes(Sender.INITIATOR) + " " + connection.bytes(Sender.RESPONDER) + "\n");
    }

    @Override
    public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
        var mark = from == Sender.INITIATOR ? "< " : "> ";
        for (var part : new String(bytes, at, length, ISO_8859_1).split("(?<=\n)")) {
            told.add(mark + part);
        }
    }

    @Override
    public void gap(Sender from, long length, Missing why, long timeNanos) {
        told.add("gap of " + length + " " + why + " by " + name(from) + "\n");
    }

    @Override
    public void conflict(Sender from, long timeNanos) {
        told.add("conflict of " + name(from) + "\n");
    }

    @Override
    public void ended(Sender from, boolean reset, long timeNanos) {
        told.add((reset ? "reset by " : "end of ") + name(from) + "\n");
    }

    private static String name(Sender sender) {
        return sender.name().toLowerCase(Locale.ROOT);
    }
}
