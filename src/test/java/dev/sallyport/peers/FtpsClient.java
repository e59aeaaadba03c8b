package dev.sallyport.peers;

import dev.sallyport.tls.TlsVersion;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The clients of the matrix of TLS, and what each of them can do. */
enum FtpsClient {
    CURL {
        @Override
        Exchanger program(@Nullable FtpsSecurity security, boolean reuseAsked) {
            return Curl.with(security);
        }

        /**
         * A connection of its has the commands of RFC 2428 or has not, and that to its end. With TLS it gets no further in active mode
         * than the server's connection, without a gateway too, see {@link FtpsMatrixIT}.
         */
        @Override
        List<Arrangement> arrangements(@Nullable FtpsSecurity security) {
            return security != null && security.dataPrivate()
                    ? List.of(Arrangement.of(TransferMode.PASV), Arrangement.of(TransferMode.EPSV))
                    : List.of(Arrangement.of(TransferMode.PASV, TransferMode.PORT), Arrangement.of(TransferMode.EPSV, TransferMode.EPRT));
        }

        /** Of TLS 1.3 it leaves tickets unread that come while it uploads: its close then resets the connection, now and then. */
        @Override
        boolean uploads(@Nullable FtpsSecurity security) {
            return security == null || !security.dataPrivate() || security.version() == TlsVersion.TLS_1_2;
        }

        @Override
        boolean resumes(FtpsSecurity security, boolean reuseAsked) {
            return true;
        }
    },

    LFTP {
        @Override
        Exchanger program(@Nullable FtpsSecurity security, boolean reuseAsked) {
            return Lftp.with(security);
        }

        /** Active it has PORT over IPv4 alone, and EPRT over IPv6. */
        @Override
        List<Arrangement> arrangements(@Nullable FtpsSecurity security) {
            return Stream.of(Family.values())
                    .map(family -> new Arrangement(family, List.copyOf(new Lftp().modes(family))))
                    .toList();
        }
    },

    /** As it comes; with a subclass that resumes where the server behind asks for it. */
    FTPLIB {
        @Override
        Exchanger program(@Nullable FtpsSecurity security, boolean reuseAsked) {
            return PythonFtplib.with(security, reuseAsked);
        }

        @Override
        boolean resumes(FtpsSecurity security, boolean reuseAsked) {
            return reuseAsked;
        }
    },

    COMMONS_NET {
        @Override
        Exchanger program(@Nullable FtpsSecurity security, boolean reuseAsked) {
            return CommonsNet.with(security);
        }

        /** See {@link ResumingFtpsClient}. */
        @Override
        boolean resumes(FtpsSecurity security, boolean reuseAsked) {
            return security.version() == TlsVersion.TLS_1_2;
        }
    },

    BASIC_FTP {
        @Override
        Exchanger program(@Nullable FtpsSecurity security, boolean reuseAsked) {
            return BasicFtp.with(security);
        }

        /** It has no active mode, and no PROT C. */
        @Override
        List<Arrangement> arrangements(@Nullable FtpsSecurity security) {
            return security == null || security.dataPrivate()
                    ? List.of(Arrangement.of(TransferMode.PASV, TransferMode.EPSV))
                    : List.of();
        }

        /** A connection that resumes has its cipher before its handshake is over, and basic-ftp takes that for the end of it. */
        @Override
        boolean uploadsEmpty(@Nullable FtpsSecurity security) {
            return security == null;
        }

        @Override
        boolean resumes(FtpsSecurity security, boolean reuseAsked) {
            return true;
        }
    };

    /** @param family of the client @param modes those that its transfers take turns at */
    record Arrangement(Family family, List<TransferMode> modes) {

        static Arrangement of(TransferMode... modes) {
            return new Arrangement(Family.IPV4, List.of(modes));
        }
    }

    /** @param security null: none @param reuseAsked whether the server asks that data connections resume */
    abstract Exchanger program(@Nullable FtpsSecurity security, boolean reuseAsked);

    /** Sessions that have between them each mode which it can have with this TLS; none where it has no such TLS. */
    List<Arrangement> arrangements(@Nullable FtpsSecurity security) {
        return List.of(Arrangement.of(TransferMode.values()));
    }

    /** Whether it can be relied on to upload so. */
    boolean uploads(@Nullable FtpsSecurity security) {
        return true;
    }

    /** Whether it then says by TLS that an empty file was all, rather than close without a word, now and then. */
    boolean uploadsEmpty(@Nullable FtpsSecurity security) {
        return true;
    }

    /** Whether each data connection resumes the control connection's session, so that this can be asked of it. */
    boolean resumes(FtpsSecurity security, boolean reuseAsked) {
        return false;
    }
}
