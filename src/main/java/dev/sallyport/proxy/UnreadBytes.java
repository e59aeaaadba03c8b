package dev.sallyport.proxy;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.Input;
import dev.sallyport.session.Intake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * What the peers of a session send: to be read, to be looked at until it is known what is spoken, or to go on unseen, because
 * it is another protocol or TLS.
 */
final class UnreadBytes {

    private final ControlConnections connections;
    private final Intake intake;
    /** While it is not known what is spoken here; null when it is FTP or nobody asks. */
    private @Nullable Probing probing;
    /** Whether what is spoken here is not FTP, and goes on. */
    private boolean another;
    /** While what goes on is the client's alone; null when the server has spoken, or this is FTP. */
    private @Nullable UnheardServer unheard;
    /** Whether the client has ended its output behind what is held back. Told behind it, or never, when the server stays silent. */
    private boolean endHeld;

    UnreadBytes(ControlConnections connections, Intake intake) {
        this.connections = connections;
        this.intake = intake;
    }

    /** What is spoken is to be found out first. @param pass whether others than FTP go on unseen */
    void probe(boolean pass) {
        probing = new Probing(pass);
    }

    /** Whether it is not known yet what is spoken here: the client's lines wait. */
    boolean probing() {
        return probing != null;
    }

    /** Whether bytes go on unseen. */
    boolean unseen() {
        return another || intake.opaque();
    }

    /** One side has sent this. What goes on unseen is to be flushed. */
    void take(Side from, ByteBuf bytes) {
        if (probing != null) {
            found(probing.saw(from, bytes));
        } else if (unheard != null) {
            listen(unheard, from, bytes);
        } else if (another) {
            pass(from, bytes);
        } else {
            var segment = new byte[bytes.readableBytes()];
            bytes.readBytes(segment);
            take(from, segment);
        }
    }

    private void take(Side from, byte[] segment) {
        var passed = intake.take(from, segment);
        var to = connections.channel(from.other());
        if (to != null) {
            to.append(segment, 0, passed);
        }
    }

    private void pass(Side from, ByteBuf bytes) {
        var to = connections.channel(from.other());
        if (to != null && bytes.isReadable()) {
            to.write(bytes);
            intake.add(Input.OpaqueMoved.MOVED);
        }
    }

    /** One side's output has ended. */
    void end(Side side, boolean reset) {
        if (side == Side.CLIENT && !reset && unheard != null && unheard.holds()) {
            endHeld = true;
        } else {
            intake.end(side, reset);
        }
    }

    /** Another protocol, of which only the client has spoken. */
    private void listen(UnheardServer awaited, Side from, ByteBuf bytes) {
        switch (awaited.saw(from, bytes)) {
            case PASS, HOLD -> pass(from, bytes);
            case FTP -> intake.add(new Input.NotFtp(false));
            case OTHER -> {
                unheard = null;
                connections.send(Side.SERVER, awaited.held());
                pass(from, bytes);
                if (endHeld) {
                    intake.end(Side.CLIENT, false);
                }
            }
        }
    }

    private void found(Probing.Finding finding) {
        switch (finding) {
            case Probing.Finding.Unknown() -> {}
            case Probing.Finding.Greeting(var greeting) -> intake.take(Side.SERVER, greeting);
            case Probing.Finding.Question(var line) -> connections.send(Side.SERVER, line);
            case Probing.Finding.Answer(var answer) -> {
                connections.send(Side.CLIENT, answer);
                if (probing != null) {
                    found(probing.again());
                }
            }
            case Probing.Finding.Ftp(var fromClient, var fromServer) -> {
                probing = null;
                intake.take(Side.CLIENT, fromClient);
                intake.take(Side.SERVER, fromServer);
            }
            case Probing.Finding.Other(var pass, var silent, var fromClient, var fromServer) -> {
                probing = null;
                another = pass && connections.server() != null;
                intake.add(new Input.NotFtp(another));
                if (another) {
                    // Nobody will read what is left of a greeting.
                    intake.discard(Side.SERVER);
                    unheard = silent ? new UnheardServer() : null;
                    take(Side.SERVER, Unpooled.wrappedBuffer(fromServer));
                    take(Side.CLIENT, Unpooled.wrappedBuffer(fromClient));
                }
            }
        }
    }

    /** Whether more of one side's is wanted. */
    boolean wanted(Side from) {
        if (intake.ended(from) || intake.pending(from)) {
            return false;
        }
        if (unseen()) {
            var to = connections.channel(from.other());
            return to != null && to.writable() && (from == Side.SERVER || unheard == null || !unheard.holds());
        }
        return probing == null || connections.server() != null;
    }
}
