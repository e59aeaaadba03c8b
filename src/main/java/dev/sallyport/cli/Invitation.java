package dev.sallyport.cli;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.tls.KeyPin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What quickstart prints when all is ready: lines to type.
 *
 * @param listen where the gateway listens
 * @param dataPorts its ports for data connections
 * @param pin the key by which clients know it; null: they have no TLS
 */
record Invitation(Endpoint listen, PortRange dataPorts, @Nullable KeyPin pin) {

    List<String> toDemo(Endpoint server) {
        var demo = "ftp://" + EmbeddedServer.USER + ":" + EmbeddedServer.PASSWORD + "@" + reachable() + "/";
        var lines = new ArrayList<>(List.of(
                "Ready: the gateway on " + listen + ", in front of an FTP server with demo files on " + server + ".",
                "",
                "  list       curl " + demo,
                "  download   curl " + demo + "welcome.txt",
                "  upload     curl -T FILE " + demo + "upload/",
                "  active     curl -P - " + demo,
                "  anonymous  curl ftp://" + reachable() + "/pub/"));
        lines.addAll(withTls(demo));
        lines.addAll(List.of("", end()));
        if (!listen.address().isLoopbackAddress()) {
            lines.add("Until then whoever reaches " + listen + " may write to the demo folder.");
        }
        return lines;
    }

    List<String> toServer(ServerAddress server) {
        var url = "ftp://USER:PASSWORD@" + reachable() + "/";
        var lines = new ArrayList<>(List.of(
                "Ready: the gateway on " + listen + ", in front of the FTP server " + server + ".",
                "",
                "  list       curl " + url,
                "  active     curl -P - " + url));
        lines.addAll(withTls(url));
        lines.addAll(List.of("", end()));
        return lines;
    }

    /** Nobody else speaks for the certificate: its key is what it is known by. */
    private List<String> withTls(String url) {
        return pin == null ? List.of() : List.of("  with TLS   curl --ssl-reqd -k --pinnedpubkey sha256//" + pin.hash() + " " + url);
    }

    private String end() {
        return "Data connections use the ports " + dataPorts + ". Sessions are logged below. Ctrl-C ends it.";
    }

    /** The wildcard is no address to connect to. */
    private Endpoint reachable() {
        return listen.address().isAnyLocalAddress()
                ? new Endpoint(InetAddress.ofLiteral(listen.ipv4() ? "127.0.0.1" : "::1"), listen.port())
                : listen;
    }
}
