package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.conversations.Sent.Kind;

/** Between whom a pinhole may stand, and how it is told of. */
record PinholeTerms(Setting setting) {

    /** A pinhole for the endpoint that a passive reply names. @param extended whether that is a 229 */
    void passive(PinholeRequest request, Endpoint named, boolean extended) {
        var foreign = extended ? Fault.EXTENDED_ADDRESS_NOT_PEER : Fault.PASSIVE_ADDRESS_NOT_PEER;
        Check.that(named.address().equals(setting.server().address()) || !setting.enforces(foreign),
                "%s is the server, or who else it is does not matter", named);
        Check.that(named.port().number() >= 1024 || !setting.enforces(Fault.PASSIVE_PORT_BELOW_1024),
                "the port of %s is 1024 or above", named);
        Check.same(request.connects(), Side.CLIENT, "who connects");
        Check.same(request.expected(), setting.client().address(), "who is expected");
        Check.same(request.expectedPort(), null, "the expected source port");
        Check.same(request.listen(), setting.gateway().address(), "where it listens");
        Check.same(request.dialFrom(), setting.gatewayToServer().address(), "where it dials from");
        Check.same(request.target(), setting.server().withPort(named.port()), "where it leads");
    }

    /** A pinhole for an active command, or for a transfer to the default data port. */
    void active(PinholeRequest request, Sent sent) {
        var below = new Port(setting.server().port().number() - 1);
        var strict = setting.enforces(Fault.DATA_FROM_OTHER_PORT);
        Check.same(request.connects(), Side.SERVER, "who connects");
        Check.same(request.expected(), setting.server().address(), "who is expected");
        Check.same(request.expectedPort(), strict ? below : null, "the expected source port");
        Check.same(request.listen(), setting.gatewayToServer().address(), "where it listens");
        Check.same(request.dialFrom(), setting.gateway().address(), "where it dials from");
        var low = sent.kind() == Kind.ACTIVE && !setting.enforces(Fault.PORT_BELOW_1024);
        Check.that(low || request.target().port().number() >= 1024, "the port of %s is 1024 or above", request.target());
        if (sent.kind() == Kind.ACTIVE) {
            Check.same(request.target(), sent.named(), "where it leads");
            Check.same(request.target().address(), setting.client().address(), "whom it leads to");
        } else {
            Check.same(sent.kind(), Kind.TRANSFER, "what uses the default data port");
            Check.that(!setting.enforces(Fault.TRANSFER_WITHOUT_DATA_PORT), "the default data port is allowed");
            Check.same(request.target(), setting.client(), "where it leads");
        }
    }

    /** The server is told the gateway's address towards it. */
    void toldToServer(FtpLine line, Port port) {
        var told = setting.gatewayToServer().withPort(port);
        var address = Addresses.text(told.address(), false);
        Check.that(line.text().equals("PORT " + address.replace('.', ',') + "," + bytes(port))
                        || line.text().equals("EPRT |" + (told.ipv4() ? 1 : 2) + "|" + address + "|" + port + "|"),
                "%s names the pinhole at %s", line, told);
    }

    /** The client is told the gateway's address towards it, where the reply has room for one. */
    void toldToClient(FtpLine line, Port port) {
        var text = line.text();
        var address = Addresses.text(setting.gateway().address(), false).replace('.', ',');
        var bytes = bytes(port) + ")";
        Check.that(text.startsWith("22") && (text.contains("(" + address + "," + bytes) || text.contains("(|||" + port + "|)")
                || text.startsWith("228 ") && text.contains(",2," + bytes)), "%s names port %s of the gateway", text, port);
    }

    private static String bytes(Port port) {
        return (port.number() >> 8) + "," + (port.number() & 0xff);
    }
}
