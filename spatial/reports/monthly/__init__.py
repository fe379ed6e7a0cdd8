"""The monthly report of a district: facts once, then a workbook and a PDF of the same facts."""
