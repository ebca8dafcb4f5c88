"""How the recordings beside this folder were made: real servers, real clients, a wire between.

`network` builds the hosts, `servers` runs Dovecot, Postfix and dnsmasq on them, `clients` is what
runs on the learners' side, `recordings` says who does what, `capture` writes down what crossed the
wire, `oracle` looks at it with tshark, and `manifest` records what was done.
"""
