package dev.sallyport.cli;

import static dev.sallyport.cli.ExplanationText.word;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.lab.replay.Discoveries;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionReport.Outcome;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.Transfer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a line of each thing that matters in watched sessions, when it happens. Peers' words are escaped in it, secrets masked. */
final class WatchLines implements SessionObserver, Discoveries {

    /** So many refusals and other findings of one session are told one by one. */
    private static final int MOST_FINDINGS = 1_000;

    /** A session that is not over. */
    private static final class Known {
        private final SessionContext context;
        private int findings;

        Known(SessionContext context) {
            this.context = context;
        }
    }

    private final InstantSource clock;
    private final Consumer<WatchLine> to;
    private final WatchTotals totals;
    private final Map<Integer, Known> known = new HashMap<>();

    /** @param clock the time of what is told @param totals is told of strays and reports */
    WatchLines(InstantSource clock, Consumer<WatchLine> to, WatchTotals totals) {
        this.clock = clock;
        this.to = to;
        this.totals = totals;
    }

    /** A session is over: nothing more is told of it. */
    void over(SessionReport report) {
        known.remove(report.number());
        totals.over(report);
    }

    /** What is about no session. @param fields names and values, in turn */
    void tell(String event, String text, Object... fields) {
        tell(null, event, text, fields);
    }

    private void tell(@Nullable SessionContext session, String event, String text, Object... fields) {
        var named = new LinkedHashMap<String, Object>();
        for (var i = 0; i < fields.length; i += 2) {
            named.put((String) fields[i], fields[i + 1]);
        }
        to.accept(new WatchLine(clock.instant(), session, event, text, named));
    }

    // ---- What happens ----

    @Override
    public SessionWatch watch(SessionContext session) {
        known.put((int) session.id().number(), new Known(session));
        return event -> observe(session, event);
    }

    private void observe(SessionContext session, SessionEvent event) {
        switch (event) {
            case SessionEvent.Arrived() -> tell(session, "begins", "begins, with " + session.gateway());
            case SessionEvent.LoggedIn(var user) ->
                tell(session, "login", "login: " + FtpLine.escape(user), "user", FtpLine.escape(user));
            case SessionEvent.LoginRefused(var user, var code) -> tell(
                    session, "login-refused", "login refused by the server: " + FtpLine.escape(user) + ", " + code,
                    "user", FtpLine.escape(user), "code", code);
            case SessionEvent.PinholeOpened(var request, var mode, _, _) -> {
                var from = Addresses.text(request.expected(), false);
                tell(session, "pinhole-opened",
                        "pinhole " + request.id().number() + " opens, " + mode + ": " + from + " to " + request.target(),
                        "pinhole", request.id().number(), "mode", mode.name(), "from", from, "to", request.target().toString());
            }
            case SessionEvent.PinholeUsed(var id, _) ->
                tell(session, "pinhole-used", "pinhole " + id.number() + " is used", "pinhole", id.number());
            case SessionEvent.PinholeUnused(var id, var why) -> tell(
                    session, "pinhole-unused", "pinhole " + id.number() + " shuts unused: " + word(why).replace('-', ' '),
                    "pinhole", id.number(), "why", word(why));
            case SessionEvent.TransferEnded(var transfer) -> tell(
                    session, "transfer", text(transfer), "verb", transfer.verb().name(), "path", FtpLine.escape(transfer.argument()),
                    "code", transfer.finalCode(), "bytesToClient", transfer.bytesToClient(), "bytesToServer", transfer.bytesToServer(),
                    "seconds", transfer.duration().toNanos() / 1e9);
            case SessionEvent.Ended over -> tell(
                    session, "ends", text(over), "reason", word(over.reason()), "detail", FtpLine.escape(over.detail()),
                    "seconds", over.duration().toNanos() / 1e9, "commands", over.commands(), "transfers", over.transfers(),
                    "bytesToClient", over.bytesToClient(), "bytesToServer", over.bytesToServer());
            // What refuses something is told with what it refuses, and TLS as a remark.
            case SessionEvent.Started _, SessionEvent.LoginHeld _, SessionEvent.PinholeRefused _, SessionEvent.DataEnded _,
                    SessionEvent.TransferBegan _, SessionEvent.FaultSeen _, SessionEvent.RuleDecided _, SessionEvent.RulesTaken _,
                    SessionEvent.BecameOpaque _, SessionEvent.Cleared _, SessionEvent.RangeOpened _, SessionEvent.RangeRefused _,
                    SessionEvent.RangeMoved _, SessionEvent.RangeClosed _, SessionEvent.Secured _, SessionEvent.Unsecured _ -> {}
        }
    }

    private static String text(Transfer transfer) {
        return String.format(Locale.ROOT, "transfer: %s%s, %s, %s to client, %s to server in %.3fs", transfer.verb(),
                transfer.argument().isEmpty() ? "" : " " + FtpLine.escape(transfer.argument()),
                transfer.finalCode() == 0 ? "no reply" : "" + transfer.finalCode(), Amounts.bytes(transfer.bytesToClient()),
                Amounts.bytes(transfer.bytesToServer()), transfer.duration().toNanos() / 1e9);
    }

    private static String text(SessionEvent.Ended over) {
        return String.format(Locale.ROOT, "ends: %s%s; %s, %s in %.3fs", over.reason().text(),
                over.detail().isEmpty() ? "" : " (" + FtpLine.escape(over.detail()) + ")",
                ReplayText.count(over.commands(), "command"), ReplayText.count(over.transfers(), "transfer"),
                over.duration().toNanos() / 1e9);
    }

    // ---- What is found out ----

    @Override
    public void verdict(int session, SessionReport.Verdict verdict) {
        if (verdict.outcome() != Outcome.REWRITTEN) {
            find(session, word(verdict.outcome()), ReplayText.text(verdict), "command", verdict.command(), "line", verdict.line(),
                    "told", verdict.told(), "why", verdict.why());
        }
    }

    @Override
    public void stray(int session, SessionReport.Stray stray) {
        totals.stray(stray.why());
        find(session, "stray", ReplayText.text(stray), "from", stray.from().toString(), "to", stray.to().toString(),
                "why", word(stray.why()), "pinhole", stray.pinhole(), "detail", stray.detail());
    }

    @Override
    public void remark(int session, String sentence) {
        find(session, "remark", sentence, "text", sentence);
    }

    private void find(int session, String event, String text, Object... fields) {
        var of = known.get(session);
        if (of == null || of.findings > MOST_FINDINGS) {
            return;
        }
        if (of.findings++ == MOST_FINDINGS) {
            tell(of.context, "remark", "more of this kind is counted, and not told one by one", "text", "more is not told one by one");
        } else {
            tell(of.context, event, text, fields);
        }
    }
}
