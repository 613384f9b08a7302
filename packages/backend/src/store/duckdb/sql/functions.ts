// Functions that a user's statement may call: those that make a value of their arguments and nothing else. Left out are
// those that read settings, files or the catalogue, that write, wait or run SQL, those of which one call makes a text or
// list of any size out of a number (`repeat`, `lpad`, `range` as a value), and those of which one call, which nothing breaks
// off, takes more than in proportion to its texts (`levenshtein`, GLOB and LIKE with ESCAPE; patterns.ts has LIKE), or ends the
// process where JSON is deep (`json_structure`, `json_tree`; json-depth.ts has paths).

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

export const FUNCTIONS: ReadonlySet<string> = new Set(
  words(`
    ! !~~ !~~* !__postfix % & && * ** + - -> ->> / // <-> << <=> <@ >> @ @> ^ ^@ | || ~ ~~ ~~*
    add divide mod multiply subtract abs ceil ceiling floor round round_even roundbankers trunc sign signbit sqrt cbrt exp ln
    log log10 log2 pow power pi degrees radians sin cos tan cot asin acos atan atan2 sinh cosh tanh asinh acosh atanh gamma
    lgamma factorial gcd lcm greatest least greatest_common_divisor least_common_multiple even fdiv fmod nextafter isfinite
    isinf isnan xor bit_count bit_length get_bit hash

    ascii chr unicode ord concat concat_ws contains prefix suffix starts_with ends_with instr position strpos length len
    strlen char_length character_length octet_length length_grapheme lower upper lcase ucase trim ltrim rtrim left right
    left_grapheme right_grapheme substr substring substring_grapheme reverse replace translate split split_part str_split
    string_split string_to_array str_split_regex string_split_regex regexp_matches regexp_full_match regexp_extract
    regexp_extract_all regexp_replace regexp_escape regexp_split_to_array
    nfc_normalize strip_accents hamming mismatches jaccard
    jaro_similarity jaro_winkler_similarity md5 sha1 sha256 base64 to_base64 from_base64 hex to_hex from_hex unhex bin
    to_binary unbin from_binary encode decode url_encode url_decode format_bytes formatreadablesize
    formatreadabledecimalsize pg_size_pretty parse_filename parse_dirname parse_path typeof pg_typeof

    age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth
    dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear julian last_day
    make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium millisecond
    minute month monthname nanosecond quarter second strftime strptime try_strptime time_bucket timezone timezone_hour
    timezone_minute to_timestamp to_days to_hours to_microseconds to_milliseconds to_minutes to_months to_quarters to_seconds
    to_weeks to_years week weekday weekofyear year yearweek now today current_date current_timestamp transaction_timestamp
    get_current_timestamp current_localtime current_localtimestamp get_current_time ago

    coalesce nullif ifnull constant_or_null switch row struct_pack struct_extract struct_extract_at struct_insert struct_keys
    struct_values array_extract array_slice list_extract list_element list_slice list_value list_pack array_value list_aggr
    list_aggregate aggregate array_aggr array_aggregate list_append list_prepend list_concat list_cat array_append
    array_prepend array_concat array_cat list_contains list_has array_contains array_has list_has_all list_has_any
    array_has_all array_has_any list_position list_indexof array_position array_indexof list_distinct list_unique
    array_distinct array_unique list_sort list_reverse_sort array_sort array_reverse_sort list_reverse array_reverse
    list_filter array_filter filter list_transform array_transform list_apply array_apply apply list_reduce array_reduce
    reduce list_select array_select list_where array_where list_zip array_zip list_intersect array_intersect flatten
    list_any_value list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or
    list_count list_entropy list_first list_histogram list_kurtosis list_last list_mad list_max list_median list_min list_mode
    list_product list_sem list_skewness list_stddev_pop list_stddev_samp list_string_agg list_sum list_var_pop list_var_samp
    array_length array_to_string generate_subscripts element_at cardinality map map_concat map_contains map_contains_entry
    map_contains_value map_entries map_extract map_extract_value map_from_entries map_keys map_values unnest

    json array_to_json json_array json_array_length json_exists json_extract json_extract_path
    json_extract_path_text json_extract_string json_group_array json_group_object json_keys json_object
    json_quote json_type json_valid json_value row_to_json to_json
    uuid_extract_timestamp uuid_extract_version

    any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_min argmax argmin array_agg avg bit_and
    bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy favg first fsum
    geomean geometric_mean group_concat histogram kahan_sum kurtosis kurtosis_pop last list listagg mad max max_by mean median
    min min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2
    regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum sumkahan
    var_pop var_samp variance wavg weighted_avg grouping grouping_id
    row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first_value last_value nth_value fill
  `),
);

/** In FROM. A range is made row by row, and stops with its reader. */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(words("unnest range generate_series json_each"));
