package dev.sallyport.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * vsftpd. It knows no users but the system's and PAM's, so the account comes from a password file behind PAM, in a
 * {@code /etc/pam.d} that only this process sees.
 */
final class Vsftpd implements ServerProgram {

    private final boolean urgentAbor;
    private final @Nullable TlsSetup tls;

    Vsftpd() {
        this(false, null);
    }

    private Vsftpd(boolean urgentAbor, @Nullable TlsSetup tls) {
        this.urgentAbor = urgentAbor;
        this.tls = tls;
    }

    /** One that agrees to TLS, and allows a login only then. It has no means to refuse PROT P. */
    static Vsftpd with(TlsSetup tls) {
        return new Vsftpd(false, tls);
    }

    /** One that ends a transfer at once when urgent data tells it to; by default it reads ABOR when the transfer is over. */
    static Vsftpd heedingUrgentAbor() {
        return new Vsftpd(true, null);
    }

    @Override
    public String name() {
        return urgentAbor ? "vsftpd-async-abor" : "vsftpd";
    }

    @Override
    public ActiveSourcePort activeSourcePort() {
        return ActiveSourcePort.STRICT;
    }

    @Override
    public boolean anonymousReads() {
        return true;
    }

    @Override
    public RunningServer start(Family family, String address, int port, Path root, Path work) throws Exception {
        Path vsftpd = Requirements.unpacked("usr/sbin/vsftpd");
        Path pwdfile = Requirements.unpacked("**/security/pam_pwdfile.so");
        Requirements.root("vsftpd drops privileges for each session");

        Path users = Files.writeString(work.resolve("users"), USER + ":" + PASSWORD_HASH + "\n");
        Path pam = Files.createDirectory(work.resolve("pam.d"));
        Files.writeString(pam.resolve("vsftpd"), """
                auth required %s pwdfile=%s
                account required pam_permit.so
                """.formatted(pwdfile, users));
        // The account that sessions run as must be the system's and have a home directory that exists: Debian's daemon.
        Path configuration = Files.writeString(work.resolve("vsftpd.conf"), """
                background=NO
                listen=%s
                listen_ipv6=%s
                listen_address%s=%s
                listen_port=%d
                pam_service_name=vsftpd
                local_enable=YES
                guest_enable=YES
                guest_username=daemon
                virtual_use_local_privs=YES
                local_root=%s
                chroot_local_user=YES
                allow_writeable_chroot=YES
                write_enable=YES
                anonymous_enable=YES
                ftp_username=daemon
                anon_root=%6$s
                secure_chroot_dir=%s
                connect_from_port_20=YES
                ftp_data_port=%d
                async_abor_enable=%s
                # Its system call filter is older than the C library that it now runs with.
                seccomp_sandbox=NO
                xferlog_enable=YES
                log_ftp_protocol=YES
                vsftpd_log_file=/dev/null
                # Among the ports that the kernel hands out: by default any, control ports of others too.
                pasv_min_port=32768
                pasv_max_port=60999
                %s
                """.formatted(
                        family == Family.IPV4 ? "YES" : "NO",
                        family == Family.IPV6 ? "YES" : "NO",
                        family == Family.IPV6 ? "6" : "",
                        address,
                        port,
                        root,
                        Files.createDirectory(work.resolve("empty")),
                        port - 1,
                        urgentAbor ? "YES" : "NO",
                        tls == null ? "" : secured(tls)));
        return RunningServer.process(
                List.of(
                        Requirements.program("unshare").toString(),
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind \"$1\" /etc/pam.d && exec \"$2\" \"$3\"",
                        "sh",
                        pam.toString(),
                        vsftpd.toString(),
                        configuration.toString()),
                new ControlEndpoint(address, port),
                root,
                work,
                tls == null || !tls.implicit());
    }

    private static String secured(TlsSetup tls) {
        return """
                ssl_enable=YES
                force_local_logins_ssl=YES
                force_local_data_ssl=%7$s
                implicit_ssl=%1$s
                # Few clients use the control connection's TLS session for data.
                require_ssl_reuse=%2$s
                # One that is strict here is strict there: an upload is whole when TLS says so, and so is a download.
                strict_ssl_read_eof=%2$s
                strict_ssl_write_shutdown=%2$s
                ssl_ciphers=HIGH
                rsa_cert_file=%3$s
                rsa_private_key_file=%4$s
                pasv_min_port=%5$s
                pasv_max_port=%6$s
                """.formatted(
                        tls.implicit() ? "YES" : "NO", tls.data().resumed() ? "YES" : "NO", tls.certificate(), tls.key(),
                        tls.passivePorts().first(), tls.passivePorts().last(), tls.data().secured() ? "YES" : "NO");
    }
}
