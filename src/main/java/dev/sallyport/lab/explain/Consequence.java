package dev.sallyport.lab.explain;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that comes of a command. */
public sealed interface Consequence {

    /** Whose words they are that somebody is sent. */
    enum Words {
        /** Those of the other side, as they came. */
        SAME,
        /** Others in their place. */
        REWRITTEN,
        /** The gateway's own. */
        GATEWAY
    }

    record ToServer(FtpLine line, Words words) implements Consequence {}

    /** @param supposed whether nobody has said that the server does */
    record ServerAnswers(List<FtpLine> lines, boolean supposed) implements Consequence {

        public ServerAnswers {
            lines = List.copyOf(lines);
        }
    }

    record ToClient(List<FtpLine> lines, Words words) implements Consequence {

        public ToClient {
            lines = List.copyOf(lines);
        }
    }

    /**
     * A door opens for one connection.
     *
     * @param mode the command that asks for it
     * @param told where the one who connects is told to connect to
     * @param drawnFrom the ports that the port of it is one of; null: nothing could be chosen
     */
    record PinholeOpens(PinholeRequest request, Verb mode, Endpoint told, @Nullable PortRange drawnFrom) implements Consequence {}

    record PinholeRefused(PinholeRefusal reason) implements Consequence {}

    /** The server's declared passive ports open to the client. */
    record RangeOpens(RangeRequest request) implements Consequence {}

    /** @param enforced whether it stops what is at fault; otherwise it is only told */
    record AtFault(Side side, Fault fault, String detail, boolean enforced) implements Consequence {}

    /** Nothing that is said from here on is seen. */
    record BecomesOpaque() implements Consequence {}

    record SessionEnds(EndReason reason, String detail) implements Consequence {}
}
