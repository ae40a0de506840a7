-- Tables of the sample API. Variable of psql: dimension.
CREATE TABLE IF NOT EXISTS public.documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  text text NOT NULL,
  embedding vector(:dimension) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS documents_embedding ON public.documents USING hnsw (embedding vector_cosine_ops);
