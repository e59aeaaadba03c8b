package dev.sallyport.peers;


import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.tls.CertifiedKey;
import dev.sallyport.tls.CertifiedKeys;
import dev.sallyport.tls.ClientTls;
import dev.sallyport.tls.ClientTrust;
import dev.sallyport.tls.GatewayTls;
import dev.sallyport.tls.ServerTls;
import dev.sallyport.tls.ServerTrust;
import dev.sallyport.tls.TlsVersion;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A relay that ends TLS, before a server that is there already, and what its sessions have told. Closed, it has left nothing. */
final class SecuredGateway implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Few servers connect from the port below their control port as these tests run them. */
    private static final Armed ANY_SOURCE_PORT =
            Armed.of(Armed.DEFAULT.rules(), Armed.DEFAULT.checks().with(Check.ACTIVE_SOURCE_PORT, Level.OFF));

    final Queue<SessionEvent> events = new ConcurrentLinkedQueue<>();
    private final EventLoops loops;
    private final boolean ownLoops;
    private final GatewayTls tls;
    private final Gateway gateway;

    /**
     * @param certificate shown to clients, and the server's own where it has TLS
     * @param reuse whether clients' data connections must resume their control connection's session
     */
    SecuredGateway(Ended policy, ControlEndpoint server, TlsSetup certificate, boolean reuse) throws Exception {
        this(policy, server, certificate, reuse, null);
    }

    /** @param clients which certificates clients must show; null for none */
    SecuredGateway(Ended policy, ControlEndpoint server, TlsSetup certificate, boolean reuse, @Nullable ClientTrust clients)
            throws Exception {
        this(Family.IPV4, policy, server, certificate, reuse, clients, EnumSet.allOf(TlsVersion.class), null, UnaryOperator.identity());
    }

    /** @param changed how it differs besides */
    SecuredGateway(
            Ended policy, ControlEndpoint server, TlsSetup certificate, boolean reuse, @Nullable ClientTrust clients,
            UnaryOperator<GatewaySettings> changed) throws Exception {
        this(Family.IPV4, policy, server, certificate, reuse, clients, EnumSet.allOf(TlsVersion.class), null, changed);
    }

    private SecuredGateway(
            Family family, Ended policy, ControlEndpoint server, TlsSetup certificate, boolean reuse, @Nullable ClientTrust clients,
            Set<TlsVersion> versions, @Nullable EventLoops shared, UnaryOperator<GatewaySettings> changed) throws Exception {
        loops = shared == null ? EventLoops.open(2, Transport.best()) : shared;
        ownLoops = shared == null;
        var shown = CertifiedKey.read(certificate.certificate(), certificate.key());
        tls = new GatewayTls(new GatewayTls.Parts(
                ClientTls.of(versions, new CertifiedKeys(List.of(shown)), clients),
                ServerTls.of(versions, ServerTrust.authorities(certificate.certificate()), null),
                "ftp.example.org", reuse));
        var usual = SessionPolicy.DEFAULT;
        gateway = Gateway.start(
                changed.apply(new GatewaySettings(
                        "secured",
                        List.of(new Endpoint(address(family.loopback()), new Port(FreePorts.pair(family)))),
                        new ServerAddress(server.host(), new Port(server.port())),
                        FreePorts.range(8, family),
                        new SessionPolicy(
                                null, null, usual.clientSourcePort(), policy, ANY_SOURCE_PORT, usual.limits(), usual.timeouts()),
                        GatewaySettings.Limits.DEFAULT,
                        GatewaySettings.Timeouts.DEFAULT.withPortLinger(Duration.ofMillis(200)))),
                loops, tls, Gateway.host(OwnAddresses.NONE), _ -> events::add);
    }

    /** One of many, which speaks one version of TLS. @param family of its clients @param loops shared, and not closed with it */
    static SecuredGateway of(
            Family family, TlsVersion version, Ended policy, ControlEndpoint server, TlsSetup certificate, boolean reuse,
            EventLoops loops)
            throws Exception {
        return new SecuredGateway(family, policy, server, certificate, reuse, null, Set.of(version), loops, UnaryOperator.identity());
    }

    int port() {
        return gateway.listening().getFirst().port().number();
    }

    /** curl, which resumes the control connection's session. @param scheme ftp or ftps */
    Finished curl(Path folder, String scheme, String file, String... options) throws Exception {
        var command = new ArrayList<>(List.of(
                Requirements.program("curl").toString(), "--disable", "--verbose", "--silent", "--show-error", "--insecure", "--user",
                ServerProgram.USER + ":" + ServerProgram.PASSWORD, "--max-time", "30"));
        command.addAll(List.of(options));
        command.add(scheme + "://127.0.0.1:" + port() + "/files/" + file);
        return run(folder, command, "curl.log");
    }

    Finished lftp(Path folder, String commands) throws Exception {
        return run(
                folder,
                List.of(
                        Requirements.program("lftp").toString(), "--norc", "-d", "-c",
                        "set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 15; set ssl:verify-certificate no; "
                                + "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ftp:ssl-protect-list yes; "
                                + "open -u " + ServerProgram.USER + "," + ServerProgram.PASSWORD + " ftp://127.0.0.1:" + port()
                                + "; cd files; " + commands),
                "lftp.log");
    }

    /** ftplib, many transfers in one session: see the script. */
    Finished ftplib(Path folder, String security, String version, String sessions, int count) throws Exception {
        Scripts.unpack("ftps.py", folder);
        return run(
                folder,
                List.of(
                        Requirements.debianPython().toString(), Scripts.unpack("secured_client.py", folder).toString(), "127.0.0.1",
                        Integer.toString(port()), ServerProgram.USER, ServerProgram.PASSWORD, security, version, sessions,
                        Integer.toString(count), "files", folder.toString()),
                "ftplib.log");
    }

    /** ftplib, which leaves TLS in the middle of its visit: see the script. */
    Finished leavingTls(Path folder, String version) throws Exception {
        return run(
                folder,
                List.of(
                        Requirements.debianPython().toString(), Scripts.unpack("tls_client.py", folder).toString(), "127.0.0.1",
                        Integer.toString(port()), ServerProgram.USER, ServerProgram.PASSWORD, version, "files", folder.toString()),
                "ftplib.log");
    }

    private static Finished run(Path folder, List<String> command, String log) throws Exception {
        return ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve(log)).await(LIMIT);
    }

    /** What was told of one kind, in order. */
    <E extends SessionEvent> Stream<E> told(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast);
    }

    long counts(Predicate<SessionEvent> which) {
        return events.stream().filter(which).count();
    }

    void awaitNothingLeft() {
        Quiet.awaitNothingLeft(List.of(gateway));
    }

    @Override
    public void close() throws Exception {
        gateway.stop(Duration.ZERO);
        tls.close();
        if (ownLoops) {
            loops.close();
        }
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
