"""Money of the school in public: fees, agency fees, the canteens' accounts."""
