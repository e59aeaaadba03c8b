package dev.sallyport.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * vsftpd. It knows no users but the system's and PAM's, so the account comes from a password file behind PAM, in a
 * {@code /etc/pam.d} that only this process sees.
 */
final class Vsftpd implements ServerProgram {

    private final boolean urgentAbor;

    Vsftpd() {
        this(false);
    }

    private Vsftpd(boolean urgentAbor) {
        this.urgentAbor = urgentAbor;
    }

    /** One that ends a transfer at once when urgent data tells it to; by default it reads ABOR when the transfer is over. */
    static Vsftpd heedingUrgentAbor() {
        return new Vsftpd(true);
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
                """.formatted(
                        family == Family.IPV4 ? "YES" : "NO",
                        family == Family.IPV6 ? "YES" : "NO",
                        family == Family.IPV6 ? "6" : "",
                        address,
                        port,
                        root,
                        Files.createDirectory(work.resolve("empty")),
                        port - 1,
                        urgentAbor ? "YES" : "NO"));
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
                work);
    }
}
