package dev.sallyport.cli;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.lab.explain.Consequence;
import dev.sallyport.lab.explain.Consequence.Words;
import dev.sallyport.rules.Check;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What comes of a command, for people or for programs. */
record ConsequenceText(List<Consequence> consequences) {

    private static final String BEHIND = " ".repeat(12);

    /** The gateway's own refusal of the command, or of the answer to it. */
    Optional<FtpLine> refusal() {
        return consequences.stream()
                .flatMap(each -> each instanceof Consequence.ToClient(var lines, var words) && words == Words.GATEWAY
                        ? lines.stream() : null)
                .filter(line -> ReplyReader.code(line) >= 400)
                .findFirst();
    }

    /** Whether nothing comes of it but a reply of the gateway's, and with that the session's end. */
    boolean onlyAnswered() {
        return consequences.stream().allMatch(each ->
                each instanceof Consequence.SessionEnds || each instanceof Consequence.ToClient told && told.words() == Words.GATEWAY);
    }

    // ---- For people ----

    List<String> lines() {
        var lines = new ArrayList<String>();
        consequences.forEach(each -> lines.addAll(lines(each)));
        return lines;
    }

    private static List<String> lines(Consequence consequence) {
        return switch (consequence) {
            case Consequence.ToServer(var line, var words) ->
                table("to server", shown(line) + (words == Words.GATEWAY ? " (the gateway's own)" : ""));
            case Consequence.ServerAnswers(var answer, var supposed) -> table(supposed ? "supposing" : "answer", shown(answer));
            case Consequence.ToClient(var told, var words) -> table("to client", words == Words.SAME ? List.of("the same") : shown(told));
            case Consequence.PinholeOpens(var request, var mode, var told, var drawnFrom) -> table("pinhole",
                    mode + ": " + request.connects().word() + " " + address(request.expected())
                            + (request.expectedPort() == null ? "" : " from port " + request.expectedPort()) + " to " + told
                            + (drawnFrom == null ? "" : ", its port one of " + drawnFrom),
                    "on to " + request.target() + ", which sees it come from " + seen(request),
                    "one connection, within " + Amounts.time(request.lifetime().toSeconds()));
            case Consequence.PinholeRefused(var reason) -> table("pinhole", "none: " + reason.text());
            case Consequence.RangeOpens(var request) -> table("pinholes",
                    "client " + address(request.client()) + " to " + address(request.listen()) + ", ports " + request.ports(),
                    "on to the same port of " + address(request.server()) + ", which sees it come from " + address(request.dialFrom()),
                    "while the session is encrypted, up to " + request.most() + " connections at a time");
            case Consequence.AtFault fault -> atFault(fault);
            case Consequence.BecomesOpaque() -> table("opaque", "nothing that is said from here on is seen");
            case Consequence.SessionEnds(var reason, var detail) -> table("ends", reason.text() + (detail.isEmpty() ? "" : ": " + detail));
        };
    }

    private static List<String> atFault(Consequence.AtFault fault) {
        var check = Check.of(fault.fault());
        var behind = fault.detail().isEmpty() ? "" : ": " + fault.detail();
        if (check == null) {
            return table("check", ExplanationText.word(fault.fault()) + ", always enforced" + behind);
        }
        return fault.enforced()
                ? table("check", check.key() + ", enforced" + behind, check.attack())
                : table("check", check.key() + ", logged" + behind, check.attack(), check.otherwise());
    }

    private static List<String> table(String what, String... lines) {
        return table(what, List.of(lines));
    }

    private static List<String> table(String what, List<String> lines) {
        var table = new ArrayList<String>();
        for (var line : lines) {
            table.add((table.isEmpty() ? what + BEHIND.substring(what.length()) : BEHIND) + line);
        }
        return table;
    }

    private static List<String> shown(List<FtpLine> lines) {
        return lines.stream().map(FtpLine::toString).toList();
    }

    /** A client's secret is masked. */
    private static String shown(FtpLine command) {
        return Command.parseAny(command) instanceof Parsed.Value<Command>(var parsed) ? parsed.toString() : command.toString();
    }

    private static String seen(PinholeRequest request) {
        return address(request.dialFrom()) + (request.dialFromPort() == null ? "" : " port " + request.dialFromPort());
    }

    private static String address(InetAddress address) {
        return Addresses.text(address, false);
    }

    // ---- For programs ----

    List<Map<String, Object>> objects() {
        return consequences.stream().map(ConsequenceText::object).toList();
    }

    private static Map<String, Object> object(Consequence consequence) {
        return switch (consequence) {
            case Consequence.ToServer(var line, var words) ->
                object("to-server", "lines", List.of(shown(line)), "words", ExplanationText.word(words));
            case Consequence.ServerAnswers(var lines, var supposed) ->
                object("server-answers", "lines", shown(lines), "supposed", supposed);
            case Consequence.ToClient(var lines, var words) ->
                object("to-client", "lines", shown(lines), "words", ExplanationText.word(words));
            case Consequence.PinholeOpens(var request, var mode, var told, var drawnFrom) -> object("pinhole-opens",
                    "mode", mode.name(), "connects", request.connects().word(), "from", address(request.expected()),
                    "fromPort", number(request.expectedPort()), "to", told.toString(),
                    "portOneOf", drawnFrom == null ? null : drawnFrom.toString(), "target", request.target().toString(),
                    "targetSees", address(request.dialFrom()), "targetSeesPort", number(request.dialFromPort()),
                    "connections", 1, "seconds", request.lifetime().toMillis() / 1e3);
            case Consequence.PinholeRefused(var reason) -> object("pinhole-refused", "why", ExplanationText.word(reason));
            case Consequence.RangeOpens(var request) -> range(request);
            case Consequence.AtFault(var side, var fault, var detail, var enforced) -> {
                var check = Check.of(fault);
                yield object("fault", "side", side.word(), "fault", ExplanationText.word(fault),
                        "check", check == null ? null : check.key(), "enforced", enforced, "detail", detail);
            }
            case Consequence.BecomesOpaque() -> object("becomes-opaque");
            case Consequence.SessionEnds(var reason, var detail) ->
                object("session-ends", "reason", ExplanationText.word(reason), "detail", detail);
        };
    }

    private static Map<String, Object> range(RangeRequest request) {
        return object("range-opens", "from", address(request.client()), "to", address(request.listen()),
                "ports", request.ports().toString(), "target", address(request.server()), "targetSees", address(request.dialFrom()),
                "connections", request.most());
    }

    private static @Nullable Integer number(@Nullable Port port) {
        return port == null ? null : port.number();
    }

    /** @param entries names, and behind each its value; null: there is none, and it is left out */
    private static Map<String, Object> object(String what, @Nullable Object... entries) {
        var object = new LinkedHashMap<String, Object>();
        object.put("what", what);
        for (var i = 0; i < entries.length; i += 2) {
            var value = entries[i + 1];
            if (value != null) {
                object.put(String.valueOf(entries[i]), value);
            }
        }
        return object;
    }
}
