CREATE FUNCTION registry_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Inside registry_dispose, which runs as the owner and has checked the decision.
    IF current_setting('registry.disposing', true) <> '' AND TG_OP <> 'TRUNCATE' AND current_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
    ) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The registry keeps what came in: % on % is refused.', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION registry_count_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.last_number = 1 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.series_id, NEW.year, NEW.last_number) = (OLD.series_id, OLD.year, OLD.last_number + 1) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A number series counts up by one: % is refused.', lower(TG_OP)
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION registry_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- The lock makes whoever decides at the same time wait, or us see the decision.
        PERFORM FROM registry_disposal WHERE id = NEW.disposal_id AND state = 'proposed' FOR SHARE;
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The list of a disposal is written when it is proposed: % on % is refused.',
        lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER registry_count_up BEFORE INSERT OR UPDATE OR DELETE ON registry_seriesyear
    FOR EACH ROW EXECUTE FUNCTION registry_count_up();
