package dev.sallyport.session;

/** What becomes of TLS between client and server (RFC 4217). */
public sealed interface TlsPolicy {

    /** AUTH is answered with 534. */
    TlsPolicy DENY = Untouched.DENY;

    /**
     * AUTH is forwarded; when the server agrees the control connection becomes opaque. No pinhole opens any more; the server's passive
     * range does, where one is declared.
     */
    TlsPolicy PASSTHROUGH = Untouched.PASSTHROUGH;

    /** The gateway ends no TLS itself. */
    enum Untouched implements TlsPolicy {
        DENY,
        PASSTHROUGH
    }

    /**
     * The gateway ends TLS with the client, with the server, or with both, and sees what is said.
     *
     * @param client how the client's control connection is secured
     * @param server how the server's is
     * @param clientData what of PROT a client may choose
     * @param serverData what of PROT the gateway chooses with the server
     */
    record Ended(Client client, Server server, ClientData clientData, ServerData serverData) implements TlsPolicy {

        /** @throws IllegalArgumentException when neither has TLS, or what the server is to have follows from nothing */
        public Ended {
            if (client == Client.NONE && (server == Server.NONE || server == Server.AS_CLIENT)) {
                throw new IllegalArgumentException("no TLS on either side");
            }
            if (client == Client.IMPLICIT && server == Server.AS_CLIENT) {
                throw new IllegalArgumentException("a client with TLS from the first byte asks for nothing that the server could be asked");
            }
        }

        /** Whether any data connection may have TLS. */
        public boolean protectsData() {
            return client != Client.NONE && clientData != ClientData.REFUSE
                    || server != Server.NONE && serverData == ServerData.PRIVATE;
        }

        public enum Client {
            /** In clear: AUTH is answered with 534. */
            NONE,
            /** As the client asks with AUTH. */
            OFFERED,
            /** No USER, PASS or ACCT before AUTH. */
            REQUIRED,
            /** From the first byte. */
            IMPLICIT
        }

        public enum Server {
            /** In clear. */
            NONE,
            /** The gateway asks with AUTH, before anything of the client goes on; without TLS the session ends. */
            EXPLICIT,
            /** From the first byte. */
            IMPLICIT,
            /** The gateway asks when the client does; a server that refuses is a refusal for the client. */
            AS_CLIENT
        }

        /** The data connections of a client that has TLS. */
        public enum ClientData {
            /** PROT C and PROT P. */
            ALLOW,
            /** PROT P alone: no data connection before it. */
            REQUIRE,
            /** PROT C alone. */
            REFUSE
        }

        /** The data connections with a server that has TLS. */
        public enum ServerData {
            /** PROT P, whatever the client has. */
            PRIVATE,
            /** PROT C, whatever the client has. */
            CLEAR,
            /** What the client has chosen for its own. */
            AS_CLIENT
        }
    }
}
