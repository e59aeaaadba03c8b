package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads, checks and writes what sets up data connections: PORT, EPRT, LPRT, PASV, EPSV, LPSV and their replies. The leg to
 * the client and the leg to the server may differ in family; each is told what its own family can carry (RFC 6384).
 */
final class DataSetup {

    private DataSetup() {}

    /** Where a client asks the server to connect to. It may be anywhere: see {@link #foreign}. */
    static Parsed<Endpoint> active(Command command, Endpoint client) {
        var parsed = switch (command.verb()) {
            case PORT -> DataAddress.port(command.argument());
            case EPRT -> DataAddress.eprt(command.argument());
            case LPRT -> DataAddress.lprt(command.argument());
            default -> throw new IllegalArgumentException(command.verb() + " is not active mode");
        };
        if (!(parsed instanceof Parsed.Value<Endpoint>(var asked))) {
            return parsed;
        }
        if (asked.ipv4() != client.ipv4() && command.verb() != Verb.PORT) {
            return Parsed.rejected(
                    command.verb() == Verb.EPRT ? Fault.FAMILY_UNSUPPORTED : Fault.LONG_FAMILY_UNSUPPORTED);
        }
        return parsed;
    }

    /** Whether a client's data address is another host's: a bounce attack (RFC 2577 §3). */
    static boolean foreign(Endpoint asked, Endpoint client) {
        // Looser than RFC 2428: the unspecified address, which clients send from sockets bound to it, means the client's own.
        return asked.ipv4() != client.ipv4()
                || !asked.address().isAnyLocalAddress() && !asked.address().equals(client.address());
    }

    /** What a client's PASV, EPSV or LPSV is at fault; null when it is good (RFC 2428 §3). {@code EPSV ALL} is good. */
    static @Nullable Fault passiveFault(Command command, Endpoint client) {
        return switch (command.verb()) {
            case PASV -> client.ipv4() ? null : Fault.PASV_ON_IPV6;
            case EPSV -> {
                var argument = command.argument().strip();
                if (argument.isEmpty() || epsvAll(command) || argument.equals(family(client))) {
                    yield null;
                }
                yield argument.chars().allMatch(c -> c >= '0' && c <= '9') ? Fault.FAMILY_UNSUPPORTED : Fault.EPSV_MALFORMED;
            }
            default -> null;
        };
    }

    static boolean epsvAll(Command command) {
        return command.argument().strip().toUpperCase(Locale.ROOT).equals("ALL");
    }

    /** The families that a client may name: what a refused family's reply lists (RFC 2428 §2, RFC 1639 §4). */
    static String familyDetail(Fault fault, Endpoint client) {
        return switch (fault) {
            case FAMILY_UNSUPPORTED -> family(client);
            case LONG_FAMILY_UNSUPPORTED -> client.ipv4() ? "4" : "6";
            default -> "";
        };
    }

    /** What to send to the server for a client's PASV, EPSV or LPSV. */
    static FtpLine passiveCommand(Command command, Endpoint client, Endpoint server) {
        if (command.verb() != Verb.LPSV && client.ipv4() == server.ipv4()) {
            return command.line();
        }
        return FtpLine.of(server.ipv4() ? "PASV" : "EPSV");
    }

    /** What to send to the server for a client's PORT, EPRT or LPRT. @param told where the server shall connect to */
    static FtpLine activeCommand(Verb asked, boolean clientIpv4, Endpoint told) {
        return told.ipv4() && (asked != Verb.EPRT || !clientIpv4) ? DataAddress.portCommand(told) : DataAddress.eprtCommand(told);
    }

    /** Where the server listens, from a 227, 228 or 229. Its grammar decides, not the command that asked. */
    static Parsed<Endpoint> passiveReply(int code, FtpLine line, Endpoint server) {
        var text = line.text(3);
        return switch (code) {
            case 227 -> DataAddress.passive(text);
            case 228 -> DataAddress.longPassive(text);
            default -> DataAddress.extendedPassive(text, server.address());
        };
    }

    /** The reply in the form that the client asked for. */
    static FtpLine passiveReplyFor(Verb asked, Endpoint told) {
        return switch (asked) {
            case PASV -> DataAddress.passiveReply(told);
            case LPSV -> DataAddress.longPassiveReply(told);
            default -> DataAddress.extendedPassiveReply(told.port());
        };
    }

    /** The advertised address when there is one of the same family, otherwise our own. */
    static InetAddress advertised(@Nullable InetAddress configured, InetAddress own) {
        return configured != null && configured.getClass() == own.getClass() ? configured : own;
    }

    private static String family(Endpoint endpoint) {
        return endpoint.ipv4() ? "1" : "2";
    }
}
