package dev.sallyport.cli;

import dev.sallyport.capture.Dialogue;
import dev.sallyport.capture.Packets;
import dev.sallyport.capture.Packets.Stored;
import dev.sallyport.capture.Sender;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A capture of FTP between documentation addresses that is written as it goes on. */
public final class FtpCapture {

    public static final String CLIENT = "192.0.2.10";
    public static final String SERVER = "198.51.100.20";
    public static final long START = Instant.parse("2026-03-02T10:00:00Z").getEpochSecond() * 1_000_000_000;

    public final List<Stored> packets = new ArrayList<>();
    private final Dialogue control;
    private final @Nullable Random random;
    private int port = 50_000;

    /** @param random cuts what is said into segments; null: none are cut */
    FtpCapture(int controlPort, @Nullable Random random) {
        this(40_000, controlPort, START, random);
    }

    private FtpCapture(int clientPort, int controlPort, long nanos, @Nullable Random random) {
        this.control = new Dialogue(CLIENT, clientPort, SERVER, controlPort, nanos, packets).open();
        this.random = random;
    }

    public FtpCapture() {
        this(21, null);
    }

    /** One of many. @param nanos when it begins */
    public FtpCapture(int clientPort, long nanos) {
        this(clientPort, 21, nanos, null);
    }

    public Dialogue control() {
        return control;
    }

    public FtpCapture client(String line) {
        return say(Sender.INITIATOR, line);
    }

    public FtpCapture server(String line) {
        return say(Sender.RESPONDER, line);
    }

    private FtpCapture say(Sender sender, String line) {
        if (random == null) {
            control.say(sender, line + "\r\n");
        } else {
            control.say(sender, line + "\r\n", random);
        }
        return this;
    }

    public FtpCapture login() {
        return server("220 Ready").client("USER demo").server("331 Password").client("PASS sesame-open").server("230 In");
    }

    /** PASV and its reply. @return the port */
    public int passive() {
        client("PASV").server("227 Entering Passive Mode (198,51,100,20,%d,%d).".formatted(port / 256, port % 256));
        return port++;
    }

    /** A connection of its own. */
    public Dialogue data(String from, int fromPort, String to, int toPort) {
        return new Dialogue(from, fromPort, to, toPort, control.nanos(), packets);
    }

    /** A data connection that brings so many bytes from its responder, from where the control connection is now on. */
    public FtpCapture download(String from, int fromPort, String to, int toPort, int bytes) {
        var data = data(from, fromPort, to, toPort).open().say(Sender.RESPONDER, new byte[bytes]).close();
        control.at(data.nanos());
        return this;
    }

    public FtpCapture retrieve(int passivePort, int bytes) {
        client("RETR file").server("150 Here");
        download(CLIENT, 41_000 + passivePort % 1_000, SERVER, passivePort, bytes);
        return server("226 Done");
    }

    public FtpCapture quit() {
        client("QUIT").server("221 Bye");
        control.close();
        return this;
    }

    /** In the order of time. */
    Path write(Path file) throws IOException {
        packets.sort(Comparator.comparingLong(Stored::nanos));
        return write(file, packets);
    }

    static Path write(Path file, List<Stored> packets) throws IOException {
        return Files.write(file, Packets.pcap(ByteOrder.LITTLE_ENDIAN, true, Packets.ETHERNET, packets));
    }
}
