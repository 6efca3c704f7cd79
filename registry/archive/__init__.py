"""Packages for the e-archive: E-ARK SIP (METS) with cases in CITS ERMS, as in Riksarkivet's FGS."""
