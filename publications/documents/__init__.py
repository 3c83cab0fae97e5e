"""A snapshot's documents: PDF, DOCX and XLSX in English, Chinese or both, from one description of the content."""
