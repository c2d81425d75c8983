"""Reading files into entries to be: a workbook line by line, a document, page or text as one, an archive file by file."""
