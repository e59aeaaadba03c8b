package dev.sallyport.datapath.kernel;

/**
 * What a process asks of the kernel for all its gateways.
 *
 * @param ruleset the table
 * @param routes what delivers intercepted packets here
 * @param onStop what becomes of the table when the process ends in order
 */
public record FirewallSettings(RulesetSettings ruleset, PolicyRoutes routes, OnStop onStop) {

    public enum OnStop {
        /** The table goes; what this host's other tables allow is allowed. */
        REMOVE,
        /** The table stays without a pinhole: the wall is shut, and clients of intercepted ports are refused. */
        SHUT
    }
}
