"""Packages for the e-archive: E-ARK SIP (METS) around the cases in CITS ERMS, as in Riksarkivet's FGS."""
