package dev.sallyport.telemetry.journal;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.Transfer;
import dev.sallyport.telemetry.DataPathKind;
import dev.sallyport.telemetry.DataPaths;
import dev.sallyport.telemetry.journal.Entry.Data;
import dev.sallyport.telemetry.journal.Entry.Login;
import dev.sallyport.telemetry.journal.Entry.Party;
import dev.sallyport.telemetry.journal.Entry.Verdict;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes entries of what happens in the sessions of one gateway. Safe for all event loops: each session has its own. */
final class Entries implements SessionObserver {

    /** What is remembered of one session, so that no client can make us remember much. */
    private static final int MOST = 64;

    private final DataPaths dataPaths;
    private final InstantSource clock;
    private final Consumer<Entry> made;

    Entries(DataPaths dataPaths, InstantSource clock, Consumer<Entry> made) {
        this.dataPaths = dataPaths;
        this.clock = clock;
        this.made = made;
    }

    @Override
    public SessionWatch watch(SessionContext session) {
        return new Open(session);
    }

    /** A session so far. */
    private final class Open implements SessionWatch {

        private final SessionContext context;
        private @Nullable Endpoint server;
        private String user = "";
        private Login login = Login.NONE;
        private int refused;
        private boolean opaque;
        private Map<Side, TlsPeer> tls = Map.of();
        private int running;
        /** Of pinholes that no transfer has used so far, by their number. */
        private Map<Integer, Data> data = Map.of();
        private Map<Verdict, Integer> verdicts = Map.of();
        private Map<Fault, Integer> faults = Map.of();
        private Map<Fault, Integer> faultsOfTransfer = Map.of();
        /** After an error of our own its data may be told of still. */
        private boolean over;

        Open(SessionContext context) {
            this.context = context;
        }

        @Override
        public void observe(SessionEvent event) {
            if (over) {
                return;
            }
            switch (event) {
                case SessionEvent.Started(_, var connected) -> server = connected;
                case SessionEvent.LoggedIn(var name) -> {
                    user = name;
                    login = Login.ACCEPTED;
                }
                case SessionEvent.LoginRefused(var name, _) -> {
                    user = name;
                    refused++;
                    login = login == Login.ACCEPTED ? login : Login.REFUSED;
                }
                case SessionEvent.BecameOpaque() -> opaque = true;
                case SessionEvent.Secured(var side, var peer) -> tls = TlsPeer.with(tls, side, peer);
                case SessionEvent.PinholeOpened(var request, _, var told, _) -> remember(
                        request.id().number(),
                        new Data(request.expected(), told, request.connects() == Side.CLIENT, dataPaths.of(request.protection())));
                case SessionEvent.PinholeUnused(var pinhole, _) -> forget(pinhole.number());
                case SessionEvent.TransferBegan _ -> {
                    if (running++ == 0) {
                        faultsOfTransfer = Map.of();
                    }
                }
                case SessionEvent.TransferEnded(var transfer) -> {
                    running--;
                    made.accept(ended(transfer));
                }
                case SessionEvent.Ended ended -> {
                    over = true;
                    made.accept(ended(ended));
                }
                case SessionEvent.FaultSeen(_, var fault, _, _) -> {
                    faults = counted(faults, fault);
                    if (running > 0) {
                        faultsOfTransfer = counted(faultsOfTransfer, fault);
                    }
                }
                case SessionEvent.RuleDecided(var rule, var ruling, _, _) -> {
                    verdicts = verdicts.isEmpty() ? new LinkedHashMap<>() : verdicts;
                    var verdict = new Verdict(rule, ruling);
                    if (verdicts.size() < MOST || verdicts.containsKey(verdict)) {
                        verdicts.merge(verdict, 1, Integer::sum);
                    }
                }
                case SessionEvent.Arrived _, SessionEvent.LoginHeld _, SessionEvent.PinholeRefused _, SessionEvent.PinholeUsed _,
                        SessionEvent.DataEnded _, SessionEvent.RulesTaken _, SessionEvent.RangeOpened _, SessionEvent.RangeRefused _,
                        SessionEvent.RangeMoved _, SessionEvent.RangeClosed _, SessionEvent.Cleared _, SessionEvent.Unsecured _ -> {}
            }
        }

        private void remember(int pinhole, Data known) {
            data = data.isEmpty() ? new HashMap<>(4) : data;
            if (data.size() >= MOST) {
                // Of connections that came and went without a transfer.
                data.clear();
            }
            data.put(pinhole, known);
        }

        private @Nullable Data forget(int pinhole) {
            return data.isEmpty() ? null : data.remove(pinhole);
        }

        private Entry ended(Transfer transfer) {
            var pinhole = transfer.pinhole();
            var during = faultsOfTransfer;
            if (running == 0) {
                faultsOfTransfer = Map.of();
            }
            var known = pinhole == null ? null : forget(pinhole.number());
            return new Entry.OfTransfer(
                    party(known == null ? dataPaths.clear() : known.path()), clock.instant(), transfer, known, Map.copyOf(during));
        }

        private Entry ended(SessionEvent.Ended ended) {
            return new Entry.OfSession(
                    party(dataPaths.clear()), clock.instant(), ended.duration(), ended.reason(), ended.detail(), login, refused, opaque,
                    ended.commands(), ended.transfers(), ended.bytesToClient(), ended.bytesToServer(), verdicts, faults);
        }

        private Party party(DataPathKind dataPath) {
            return new Party(
                    context.id(), context.gatewayName(), dataPath, context.client(), context.gateway(), server, user, tls);
        }

        private static Map<Fault, Integer> counted(Map<Fault, Integer> before, Fault fault) {
            var counts = before.isEmpty() ? new EnumMap<Fault, Integer>(Fault.class) : before;
            counts.merge(fault, 1, Integer::sum);
            return counts;
        }
    }
}
