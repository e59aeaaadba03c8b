package dev.sallyport.faults;

import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;

/** The commands with which a client has the server connect to an address (RFC 959 §4.1.2, RFC 2428 §2, RFC 1639 §2). */
enum ActiveCommand {
    PORT,
    EPRT,
    LPRT;

    /** The command's line, without its end. @param to an IPv4 endpoint */
    String to(Endpoint to) {
        return switch (this) {
            case PORT -> "PORT " + numbers(to);
            case EPRT -> DataAddress.eprtCommand(to).text();
            case LPRT -> "LPRT 4,4,%s,%s,%s,%s,2,%s,%s".formatted((Object[]) numbers(to).split(","));
        };
    }

    /** An IPv4 endpoint as PORT and 227 name it: {@code h1,h2,h3,h4,p1,p2}. */
    static String numbers(Endpoint endpoint) {
        return DataAddress.portCommand(endpoint).text().substring("PORT ".length());
    }
}
